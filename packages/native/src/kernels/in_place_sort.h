#ifndef SHOAL_KERNELS_IN_PLACE_SORT_H_
#define SHOAL_KERNELS_IN_PLACE_SORT_H_

#include "kernels/bucket_plan.h"

/// Sorts of elements where they lie, not stable. What was left half done can not be done again.
namespace shoal::kernels {

/// Swaps all elements into the plan's buckets, where they lie. False when there are others than were counted.
bool PermuteInPlace(ElementType type, bool descending, void* elements, size_t count, const BucketPlan& plan);

/// Up to here elements are sorted in memory of the thread's own.
inline constexpr size_t kInPlaceRows = 1 << 15;

/// Sorts elements where they lie, with memory for two copies of `kInPlaceRows`: by vectors where that can be done (`place_sort.h`). False
/// when there is none.
bool SortInPlace(ElementType type, bool descending, void* elements, size_t count);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_IN_PLACE_SORT_H_
