#include "kernels/split_sort.h"

#include <algorithm>
#include <cstring>

#include "kernels/keys_as.h"
#include "kernels/memory.h"
#include "kernels/sample_place.h"

namespace shoal::kernels {
namespace {

/// Enough to be spread over workers.
constexpr size_t kLeastSplits = 64;
/// Keys of a bucket: these and spare room for them leave half of the second-level cache to others.
constexpr size_t kKeysEach = 1 << 15;
/// Keys of a sample for each bucket.
constexpr size_t kSampledEach = 8;

/// Keys, and spare room for as many.
template <typename U>
struct KeysAndSpare {
  explicit KeysAndSpare(size_t count) : memory(Memory<U>(2 * (count + kVectorRoom))), spare(memory.get() + count + kVectorRoom) {}
  bool ok() const { return memory != nullptr; }
  U* keys() const { return memory.get(); }

  MemoryOf<U> memory;
  U* spare;
};

/// Of four bytes or eight.
template <typename F>
auto ByKeyWidth(ElementType type, F f) {
  return kBytesPerElement[static_cast<size_t>(type)] == 4 ? f.template operator()<uint32_t>() : f.template operator()<uint64_t>();
}

template <typename U>
auto SortOf() {
  return VectorSorts().sort[KeyWidth(sizeof(U))];
}

template <typename U>
Splitting FindLasts(ElementType type, bool descending, const void* elements, size_t count, SplitPlan* plan) {
  const size_t buckets = std::clamp(count / kKeysEach, kLeastSplits, kMaxSplits);
  const size_t sampled = buckets * kSampledEach;
  if (SortOf<U>() == nullptr || count < sampled) return Splitting::kUnable;
  const KeysAndSpare<U> own(sampled);
  const auto sorted = Memory<U>(sampled);
  if (!own.ok() || sorted == nullptr) return Splitting::kNoMemory;
  for (size_t i = 0; i < sampled; ++i) own.keys()[i] = static_cast<const U*>(elements)[SamplePlace(i, sampled, count)];
  Keys().encode[static_cast<size_t>(type)](own.keys(), sampled, descending, own.keys());
  SortOf<U>()(own.keys(), sampled, 0, UINT64_MAX, sorted.get(), own.spare);
  plan->buckets = buckets;
  for (size_t bucket = 0; bucket + 1 < buckets; ++bucket) plan->lasts[bucket] = sorted[(bucket + 1) * kSampledEach];
  plan->lasts[buckets - 1] = static_cast<U>(~U{0});
  // A key that ends several buckets is that of many elements: it has one for itself, which needs no sorting.
  for (size_t bucket = 0; bucket + 1 < buckets; ++bucket) {
    const bool is_first = bucket == 0 || plan->lasts[bucket - 1] < plan->lasts[bucket];
    if (is_first && plan->lasts[bucket] > 0 && plan->lasts[bucket] == plan->lasts[bucket + 1]) --plan->lasts[bucket];
  }
  return Splitting::kDone;
}

template <typename U>
U LeastOf(const SplitPlan& plan, size_t bucket) {
  return static_cast<U>(bucket == 0 ? 0 : plan.lasts[bucket - 1] + 1);
}

/// Appends the keys of a bucket, from all chunks.
template <typename U>
void Gather(const SplitKeys& from, const SplitPlan& plan, size_t bucket, U* to) {
  /// Runs are short, and each lies in a page of its own: they are asked for before they are needed.
  constexpr size_t kAhead = 6;
  constexpr size_t kEachLine = 64 / sizeof(U);
  const auto* keys = static_cast<const U*>(from.keys);
  const size_t chunks = (from.count + from.chunk - 1) / from.chunk;
  const auto start = [&](size_t chunk) -> size_t { return bucket == 0 ? 0 : from.ends[chunk * plan.buckets + bucket - 1]; };
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    if (const size_t next = chunk + kAhead; next < chunks) {
      for (size_t i = start(next); i < from.ends[next * plan.buckets + bucket]; i += kEachLine) {
        __builtin_prefetch(keys + next * from.chunk + i);
      }
    }
    const size_t length = from.ends[chunk * plan.buckets + bucket] - start(chunk);
    memcpy(to, keys + chunk * from.chunk + start(chunk), length * sizeof(U));
    to += length;
  }
}

}  // namespace

Splitting BeginSplits(ElementType type, bool descending, const void* elements, size_t count, SplitPlan* plan) {
  if (kBytesPerElement[static_cast<size_t>(type)] < 4) return Splitting::kUnable;
  return ByKeyWidth(type, [&]<typename U>() { return FindLasts<U>(type, descending, elements, count, plan); });
}

Splitting SplitChunks(ElementType type, bool descending, const void* elements, size_t count, size_t chunk, const SplitPlan& plan,
                      uint32_t* ends, void* to) {
  return ByKeyWidth(type, [&]<typename U>() {
    const KeysAndSpare<U> own(std::min(chunk, count));
    if (!own.ok()) return Splitting::kNoMemory;
    for (size_t first = 0; first < count; first += chunk, ends += plan.buckets) {
      const size_t length = std::min(chunk, count - first);
      Keys().encode[static_cast<size_t>(type)](static_cast<const U*>(elements) + first, length, descending, own.keys());
      VectorSorts().split[KeyWidth(sizeof(U))](own.keys(), length, plan.lasts, plan.buckets, ends, static_cast<U*>(to) + first, own.spare);
    }
    return Splitting::kDone;
  });
}

void PlanSplits(const uint32_t* ends, size_t chunks, SplitPlan* plan) {
  uint64_t* const sizes = plan->starts + 1;
  std::fill_n(plan->starts, plan->buckets + 1, uint64_t{0});
  for (size_t chunk = 0; chunk < chunks; ++chunk, ends += plan->buckets) {
    for (size_t bucket = 0; bucket < plan->buckets; ++bucket) sizes[bucket] += ends[bucket] - (bucket == 0 ? 0 : ends[bucket - 1]);
  }
  for (size_t bucket = 0; bucket < plan->buckets; ++bucket) sizes[bucket] += plan->starts[bucket];
}

Splitting SortSplits(ElementType type, bool descending, const SplitKeys& from, const SplitPlan& plan, size_t first, size_t end, void* to) {
  return ByKeyWidth(type, [&]<typename U>() {
    const auto size = [&](size_t bucket) { return plan.starts[bucket + 1] - plan.starts[bucket]; };
    const auto is_one_key = [&](size_t bucket) { return LeastOf<U>(plan, bucket) == plan.lasts[bucket]; };
    size_t largest = 0;
    for (size_t bucket = first; bucket < end; ++bucket) largest = std::max(largest, is_one_key(bucket) ? 0 : size(bucket));
    const KeysAndSpare<U> own(largest);
    if (!own.ok()) return Splitting::kNoMemory;
    for (size_t bucket = first; bucket < end; ++bucket) {
      U* const sorted = static_cast<U*>(to) + plan.starts[bucket];
      if (size(bucket) == 0) continue;
      if (is_one_key(bucket)) {
        std::fill_n(sorted, size(bucket), static_cast<U>(plan.lasts[bucket]));
      } else {
        Gather(from, plan, bucket, own.keys());
        SortOf<U>()(own.keys(), size(bucket), LeastOf<U>(plan, bucket), plan.lasts[bucket], sorted, own.spare);
      }
      Keys().decode[static_cast<size_t>(type)](sorted, size(bucket), descending, sorted);
    }
    return Splitting::kDone;
  });
}

}  // namespace shoal::kernels
