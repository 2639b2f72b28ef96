#ifndef SHOAL_KERNELS_GROUP_PARTS_H_
#define SHOAL_KERNELS_GROUP_PARTS_H_

#include "kernels/group.h"

namespace shoal::kernels {

/// Where a table of all groups would be too large for a core's cache, rows are split into *parts* by a hash of their keys, and each part is
/// grouped by itself. Each chunk of rows is split by itself, so that nothing is counted beforehand: a part is a piece of every chunk.
///
/// Steps read one place and write another: one that was left half done can be done again.
///
/// Hazard: a program may store into the rows meanwhile. Where a key changes, there may be two groups of it; nothing else depends on that.

inline constexpr size_t kMostPartBits = 12;

struct RowCopy {
  Elements from;
  void* to;
};

/// Copies the rows of one chunk, part by part and in their order: those of a part end at `ends[part]`. Of each row its number goes along,
/// from `first` on, as a uint32_t or a double. There are 2^bits parts, two at least.
void SplitRows(const std::vector<Elements>& keys, const std::vector<RowCopy>& columns, size_t bits, size_t first, uint32_t* ends,
               const Elements& rows);

/// Rows that were split: chunks of `chunk` rows, with as many ends for each as there are parts.
struct SplitTable {
  std::vector<Elements> keys;
  std::vector<AggregateColumn> aggregates;
  const uint32_t* ends;
  size_t parts;
  size_t chunk;
};

/// Takes in the rows of one part. False when the ends do not fit.
bool AddPart(const SplitTable& table, size_t part, Groups* groups);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GROUP_PARTS_H_
