#ifndef SHOAL_KERNELS_SPLIT_SORT_H_
#define SHOAL_KERNELS_SPLIT_SORT_H_

#include "kernels/vector_sort.h"

namespace shoal::kernels {

/// The steps of a parallel sort of keys alone, where vectors of them can be sorted (`vector_sort.h`): a sample tells which ranges of keys
/// are about as many, the *buckets*; each chunk of the input is split into them, where it lies; each bucket is gathered from all chunks and
/// sorted. Nothing is counted beforehand, and memory is written in order: the input is read once, and written twice.
///
/// Steps read one place and write another: one that was left half done can be done again.
///
/// Hazard: a program may store into elements meanwhile. Each is read once, and then belongs to the thread.

/// A chunk and spare room for it fit a core's second-level cache.
inline constexpr size_t kSplitChunkBytes = 1 << 18;
inline constexpr size_t kMaxSplits = 1024;

struct SplitPlan {
  uint64_t buckets;
  /// The greatest key of each bucket.
  uint64_t lasts[kMaxSplits];
  /// Where each bucket begins among all; `starts[buckets]` is the end of the last.
  uint64_t starts[kMaxSplits + 1];
};

enum class Splitting { kDone, kNoMemory, kUnable };

/// The plan's `buckets` and `lasts`. Unable for the element types and on the paths that have no vectors for it, and for few elements.
Splitting BeginSplits(ElementType type, bool descending, const void* elements, size_t count, SplitPlan* plan);

/// Moves the keys of elements, encoded, to `to`, chunk by chunk and by buckets in each: `ends[bucket]` is where one ends in its chunk, for
/// each chunk of `chunk` elements, which are as many as fit kSplitChunkBytes at most.
Splitting SplitChunks(ElementType type, bool descending, const void* elements, size_t count, size_t chunk, const SplitPlan& plan,
                      uint32_t* ends, void* to);

/// The plan's `starts`, from the ends in all chunks.
void PlanSplits(const uint32_t* ends, size_t chunks, SplitPlan* plan);

/// What was split: `count` keys in chunks of `chunk`.
struct SplitKeys {
  const void* keys;
  size_t count;
  size_t chunk;
  const uint32_t* ends;
};

/// Sorts buckets [first, end) into the elements `to`.
Splitting SortSplits(ElementType type, bool descending, const SplitKeys& from, const SplitPlan& plan, size_t first, size_t end, void* to);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_SPLIT_SORT_H_
