#ifndef SHOAL_KERNELS_BIN_COUNTS_H_
#define SHOAL_KERNELS_BIN_COUNTS_H_

#include <stdlib.h>

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {

/// How many elements are looked at before they are counted.
inline constexpr size_t kBatch = 256;
/// Neighbours are often equal, and adding to what was just stored has to wait for it: each of four in turn has counts of its own.
inline constexpr size_t kTurns = 4;
/// Up to here the counts of all turns fit the second-level cache.
inline constexpr size_t kMostInTurns = 1 << 14;

/// Memory for the counts of few bins: from the heap it would come and go by the page, with each call.
using FewCounts = uint32_t[kTurns * 4097];

/// Counts of integers, of which one more than `bins` takes what is not to be counted.
class Counts {
 public:
  /// `table` is null when there is no memory.
  SHOAL_INLINE Counts Make(size_t bins, FewCounts& few) {
    const size_t turns = bins < kMostInTurns ? kTurns : 1;
    const size_t count = turns * (bins + 1);
    if (count > sizeof few / sizeof few[0]) return {static_cast<uint32_t*>(calloc(count, sizeof few[0])), bins + 1, turns, true};
    memset(few, 0, count * sizeof few[0]);
    return {few, bins + 1, turns, false};
  }

  SHOAL_INLINE void Add(const Counts& counts, const uint32_t* bins, size_t count) {
    const size_t next = counts.turns > 1 ? counts.size : 0;
    uint32_t* const tables[kTurns] = {counts.table, counts.table + next, counts.table + 2 * next, counts.table + 3 * next};
    size_t i = 0;
    for (; i + kTurns <= count; i += kTurns) {
      ++tables[0][bins[i]];
      ++tables[1][bins[i + 1]];
      ++tables[2][bins[i + 2]];
      ++tables[3][bins[i + 3]];
    }
    for (; i < count; ++i) ++tables[0][bins[i]];
  }

  /// Adds the first `bins` counts, all that can be other than 0.
  SHOAL_INLINE void Finish(const Counts& counts, size_t bins, double* into) {
    for (size_t turn = 0; turn < counts.turns; ++turn) {
      for (size_t bin = 0; bin < bins; ++bin) into[bin] += counts.table[turn * counts.size + bin];
    }
    if (counts.is_on_heap) free(counts.table);
  }

  uint32_t* table;
  size_t size;
  size_t turns;
  bool is_on_heap;
};

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_BIN_COUNTS_H_
