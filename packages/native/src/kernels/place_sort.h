#ifndef SHOAL_KERNELS_PLACE_SORT_H_
#define SHOAL_KERNELS_PLACE_SORT_H_

#include "kernels/vector_sort.h"

namespace shoal::kernels {

/// Up to here elements are sorted in memory of the thread's own.
inline constexpr size_t kPlaceOwn = 1 << 15;
/// What that is, for `count` elements.
constexpr size_t PlaceOwnBytes(size_t count, size_t element_bytes) {
  return 2 * ((count < kPlaceOwn ? count : kPlaceOwn) + kVectorRoom) * element_bytes;
}

/// Sorts of elements where they lie, not stable, a vector at a time: by element type. Null for those of 1 or 2 bytes, and where a path has
/// no instructions for it (`vector_sort.h`). Elements stay elements: they are keys in registers, and in the thread's own memory.
///
/// Hazard: a program may store into elements meanwhile. What comes out is unspecified then, but nothing is written outside.
struct PlaceSortTable {
  /// `own` is memory of PlaceOwnBytes.
  void (*sort[kElementTypes])(void* elements, size_t count, bool descending, void* own);
  /// Moves elements whose keys are not beyond `last` to the front: how many they are.
  size_t (*partition[kElementTypes])(void* elements, size_t count, bool descending, uint64_t last);
};
SHOAL_DECLARE_KERNELS(PlaceSortTable, PlaceSorts)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_PLACE_SORT_H_
