#ifndef SHOAL_KERNELS_RADIX_SORT_H_
#define SHOAL_KERNELS_RADIX_SORT_H_

#include "kernels/bucket_plan.h"

/// The steps of a stable parallel radix sort of keys (`ordered_keys.h`). A sample tells about the range of the keys; the sixteen highest
/// bits of a key's distance from the least one, its *prefix*, are counted; neighbouring prefixes make *buckets* of about equal size, so
/// that skewed data is no worse than uniform; each block of the input is scattered into the buckets; each bucket, which fits a core's
/// cache, is sorted by itself. The input is read twice and written twice.
///
/// Steps read one place and write another: one that was left half done can be done again.
///
/// Hazard: elements are read more than once, and a program may store into them meanwhile. What comes out is unspecified then, but no step
/// writes outside its part: a block ends in each bucket where it was counted to end, and passes within a bucket read memory of their own.
namespace shoal::kernels {

/// What is sorted. Keys of any element type; what travels with them, the payload, has 4 or 8 bytes, or 0 for nothing.
struct SortShape {
  ElementType type;
  bool descending;
  uint8_t payload_bytes;
};

struct SortColumns {
  /// As results: null to drop them.
  void* keys;
  /// As input: null for the indexes of the rows, as uint32_t.
  void* payload;
};

/// Moves the keys of one block, encoded, and what travels with them, to their buckets in `to`. `first` is the block's first row; `offsets`
/// are the block's and the next one's. False when there is no memory.
bool ScatterBlock(const SortShape& shape, SortColumns from, size_t count, size_t first, const BucketPlan& plan, const uint64_t* offsets,
                  SortColumns to);

/// Sorts buckets [first, end) of what was scattered into elements of `to`; `from` is unchanged. False when there is no memory for
/// two copies of the largest.
bool SortBuckets(const SortShape& shape, SortColumns from, const BucketPlan& plan, size_t first, size_t end, SortColumns to);

/// Sorts elements where they lie, on this thread alone. False when there is no memory for two copies.
bool SortAlone(const SortShape& shape, SortColumns columns, size_t count);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_RADIX_SORT_H_
