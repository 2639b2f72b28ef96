#ifndef SHOAL_KERNELS_BUCKET_PLAN_H_
#define SHOAL_KERNELS_BUCKET_PLAN_H_

#include "kernels/ordered_keys.h"

/// How keys are cut into buckets of about equal size: see `radix_sort.h`.
namespace shoal::kernels {

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

/// Up to here a copy of the keys and the passes over them fit the second-level cache.
inline constexpr size_t kCachedRows = 1 << 17;

/// A survey of about a thousand elements here and there. Of one element at least.
KeySurvey SampleKeys(ElementType type, bool descending, const void* elements, size_t count);

/// The same, or that of all elements where they may be sorted.
KeySurvey RangeOf(ElementType type, bool descending, const void* elements, size_t count);

/// The plan's `least`, `shift` and `prefixes` for elements whose keys lie in [least, most]. A sixteenth as many prefixes, of which counts
/// fit the first-level cache, where a sample of the elements is spread well enough. Keys outside have the first or the last prefix, and are
/// not counted where no elements are given.
void BeginPlan(ElementType type, bool descending, const void* elements, size_t count, uint64_t least, uint64_t most, BucketPlan* plan);

/// Counts the prefixes of keys into `counts[kPrefixes]`, which is overwritten. Keys outside are not counted unless the plan says so.
void CountPrefixes(ElementType type, bool descending, const void* elements, size_t count, const BucketPlan& plan, uint32_t* counts);

/// The prefixes of many keys.
template <typename U>
void FindPrefixes(const BucketPlan& plan, const U* keys, size_t count, uint16_t* into) {
  Keys().prefixes[KeyWidth(sizeof(U))](keys, count, plan.least, plan.shift, static_cast<uint16_t>(plan.prefixes - 1), into);
}

/// Cuts the prefixes into buckets; `counts` holds kPrefixes for each of `blocks`. Then `offsets`, kMaxBuckets for each block and once more,
/// say where each block writes the first key of each bucket, and the next one its own.
void PlanBuckets(const uint32_t* counts, size_t blocks, BucketPlan* plan, uint64_t* offsets);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_BUCKET_PLAN_H_
