#ifndef SHOAL_KERNELS_VECTOR_SORT_H_
#define SHOAL_KERNELS_VECTOR_SORT_H_

#include "kernels/ordered_keys.h"

namespace shoal::kernels {

/// How many keys of room there is to be beyond keys, and beyond spare room for as many: whole vectors are stored.
inline constexpr size_t kVectorRoom = 16;

/// Sorts of keys alone, not stable, a vector at a time: by width, see `KeyWidth`. Null where a path has no instructions for it: these need
/// one that moves the lanes of a mask to the front of a vector (AVX-512).
struct VectorSortTable {
  /// Sorts keys that lie within [least, most] into `to`, and overwrites them. `spare` has room for as many, and kVectorRoom.
  void (*sort[kKeyWidths])(void* keys, size_t count, uint64_t least, uint64_t most, void* to, void* spare);
  /// Puts keys into buckets, one after the other in `to`: into bucket b what is beyond lasts[b - 1] and not beyond lasts[b], whatever the
  /// last one is. `ends[b]` is where it ends. Keys and `spare` as above.
  void (*split[kKeyWidths])(void* keys, size_t count, const uint64_t* lasts, size_t buckets, uint32_t* ends, void* to, void* spare);
};
SHOAL_DECLARE_KERNELS(VectorSortTable, VectorSorts)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_VECTOR_SORT_H_
