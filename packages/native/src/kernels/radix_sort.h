#ifndef SHOAL_KERNELS_RADIX_SORT_H_
#define SHOAL_KERNELS_RADIX_SORT_H_

#include "kernels/ordered_keys.h"

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

inline constexpr size_t kPrefixes = 1 << 16;
inline constexpr size_t kMaxBuckets = 2048;
/// Up to here elements are scattered one by one, beyond a line of cache at a time.
inline constexpr size_t kFewBuckets = 640;

/// Where each prefix goes. Buckets ascend, and so do the prefixes in them.
struct BucketPlan {
  uint64_t least;
  uint32_t shift;
  uint32_t prefixes;
  uint32_t key_bytes;
  bool counts_outside;
  uint32_t buckets;
  /// `starts[buckets]` is the end of the last.
  uint64_t starts[kMaxBuckets + 1];
  uint16_t bucket_of[kPrefixes];
};

/// A survey of about a thousand elements here and there. Of one element at least.
KeySurvey SampleKeys(ElementType type, bool descending, const void* elements, size_t count);

/// The plan's `least`, `shift` and `prefixes` for elements whose keys lie in [least, most]. A sixteenth as many prefixes, of which counts
/// fit the first-level cache, where a sample of the elements is spread well enough. Keys outside have the first or the last prefix, and are
/// not counted where no elements are given.
void BeginPlan(ElementType type, bool descending, const void* elements, size_t count, uint64_t least, uint64_t most, BucketPlan* plan);

/// Counts the prefixes of keys into `counts[kPrefixes]`, which is overwritten. Keys outside are not counted unless the plan says so.
void CountPrefixes(ElementType type, bool descending, const void* elements, size_t count, const BucketPlan& plan, uint32_t* counts);

/// Cuts the prefixes into buckets; `counts` holds kPrefixes for each of `blocks`. Then `offsets`, kMaxBuckets for each block and once more,
/// say where each block writes the first key of each bucket, and the next one its own.
void PlanBuckets(const uint32_t* counts, size_t blocks, BucketPlan* plan, uint64_t* offsets);

/// Moves the keys of one block, encoded, and what travels with them, to their buckets in `to`. `first` is the block's first row; `offsets`
/// are the block's and the next one's. False when there is no memory.
bool ScatterBlock(const SortShape& shape, SortColumns from, size_t count, size_t first, const BucketPlan& plan, const uint64_t* offsets,
                  SortColumns to);

/// Sorts buckets [first, end) of what was scattered into elements of `to`; `from` is unchanged. False when there is no memory for
/// two copies of the largest.
bool SortBuckets(const SortShape& shape, SortColumns from, const BucketPlan& plan, size_t first, size_t end, SortColumns to);

/// Swaps all elements into the plan's buckets, where they lie. False when there are others than were counted.
bool PermuteInPlace(ElementType type, bool descending, void* elements, size_t count, const BucketPlan& plan);

/// Sorts elements where they lie, with memory for two copies of `kInPlaceRows`. False when there is none.
bool SortInPlace(ElementType type, bool descending, void* elements, size_t count);

inline constexpr size_t kInPlaceRows = 1 << 15;

/// Sorts elements where they lie, on this thread alone. False when there is no memory for two copies.
bool SortAlone(const SortShape& shape, SortColumns columns, size_t count);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_RADIX_SORT_H_
