#include "kernels/in_place_sort.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/keys_as.h"
#include "kernels/local_radix_sort.h"
#include "kernels/memory.h"
#include "kernels/place_sort.h"

namespace shoal::kernels {
namespace {

/// Of keys, one by one. Those outside the range, which a sample may not have told or which came later, have the first or the last one.
template <typename U>
class Prefixes {
 public:
  explicit Prefixes(const BucketPlan& plan)
      : least_(static_cast<U>(plan.least)), shift_(plan.shift), last_(static_cast<U>(plan.prefixes - 1)) {}
  size_t operator()(U key) const {
    const auto distance = static_cast<U>(std::max(key, least_) - least_);
    return std::min(static_cast<U>(distance >> shift_), last_);
  }

 private:
  U least_;
  uint32_t shift_;
  U last_;
};

/// By the highest bits that vary, of the lowest `bits`, swapping keys to where they belong; small parts by the other sort. `spare` has room
/// for two copies of kInPlaceRows.
template <typename U>
void SortKeysInPlace(U* keys, size_t count, unsigned bits, U* spare) {
  constexpr size_t kDigits = 256;
  if (count <= kInPlaceRows) {
    if (count == 0) return;
    memcpy(spare + count, keys, count * sizeof(U));
    const auto sorted = LocalRadixSort<U, Nothing>::Sort({spare + count, nullptr}, count, {spare, nullptr});
    memcpy(keys, sorted.keys, count * sizeof(U));
    return;
  }
  U any = 0;
  U all = static_cast<U>(~U{0});
  for (size_t i = 0; i < count; ++i) {
    any |= keys[i];
    all &= keys[i];
  }
  const unsigned top = std::min<unsigned>(std::bit_width(static_cast<U>(any ^ all)), bits);
  if (top == 0) return;
  const unsigned shift = top > 8 ? top - 8 : 0;
  const auto digit = [shift](U key) { return static_cast<size_t>(key >> shift) % kDigits; };
  size_t ends[kDigits] = {};
  for (size_t i = 0; i < count; ++i) ++ends[digit(keys[i])];
  size_t next[kDigits];
  size_t sum = 0;
  for (size_t d = 0; d < kDigits; ++d) {
    next[d] = sum;
    ends[d] = sum += ends[d];
  }
  for (size_t d = 0; d < kDigits; ++d) {
    while (next[d] < ends[d]) {
      U key = keys[next[d]];
      // There is room unless somebody stores into the view meanwhile.
      for (size_t to = digit(key); to != d && next[to] < ends[to]; to = digit(key)) std::swap(key, keys[next[to]++]);
      keys[next[d]++] = key;
    }
  }
  if (shift == 0) return;
  for (size_t d = 0; d < kDigits; ++d) {
    const size_t start = d == 0 ? 0 : ends[d - 1];
    SortKeysInPlace(keys + start, ends[d] - start, shift, spare);
  }
}

}  // namespace

bool PermuteInPlace(ElementType type, bool descending, void* elements, size_t count, const BucketPlan& plan) {
  return ByWidth(type, [&]<typename U>() {
    U* const keys = static_cast<U*>(elements);
    Keys().encode[static_cast<size_t>(type)](keys, count, descending, keys);
    const Prefixes<U> prefix_of(plan);
    const auto bucket_of = [&](U key) -> size_t { return plan.bucket_of[prefix_of(key)]; };
    uint64_t next[kMaxBuckets];
    std::copy_n(plan.starts, plan.buckets, next);
    bool fits = plan.starts[plan.buckets] == count;
    for (size_t bucket = 0; fits && bucket < plan.buckets; ++bucket) {
      while (fits && next[bucket] < plan.starts[bucket + 1]) {
        U& slot = keys[next[bucket]];
        size_t to = bucket_of(slot);
        while (to != bucket) {
          // Only where somebody stores into the view meanwhile: nothing is lost, and nothing written outside.
          fits = next[to] < plan.starts[to + 1];
          if (!fits) break;
          std::swap(slot, keys[next[to]++]);
          to = bucket_of(slot);
        }
        if (fits) ++next[bucket];
      }
    }
    Keys().decode[static_cast<size_t>(type)](keys, count, descending, keys);
    return fits;
  });
}

bool SortInPlace(ElementType type, bool descending, void* elements, size_t count) {
  if (const auto sort = PlaceSorts().sort[static_cast<size_t>(type)]; sort != nullptr) {
    if (count > kCachedRows && RangeOf(type, descending, elements, count).is_sorted) return true;
    const auto own = Memory<char>(PlaceOwnBytes(count, kBytesPerElement[static_cast<size_t>(type)]));
    if (own == nullptr) return false;
    sort(elements, count, descending, own.get());
    return true;
  }
  return ByWidth(type, [&]<typename U>() {
    U* const keys = static_cast<U*>(elements);
    const auto spare = Memory<U>(2 * std::min(count, kInPlaceRows));
    if (spare == nullptr) return false;
    Keys().encode[static_cast<size_t>(type)](keys, count, descending, keys);
    SortKeysInPlace(keys, count, sizeof(U) * 8, spare.get());
    Keys().decode[static_cast<size_t>(type)](keys, count, descending, keys);
    return true;
  });
}

}  // namespace shoal::kernels
