#include "kernels/place_sort.h"

#if defined(__AVX512F__)

#include "kernels/key_of.h"
#include "kernels/vector_quicksort.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// Elements of which each becomes a key as those of F do: integers of a width all as the unsigned ones, by what they are flipped with.
template <typename F>
struct StayingPart {
  using U = typename KeyOf<F>::U;
  using K = KeyVectors<U>;
  using V = typename K::V;
  using Mask = typename K::Mask;
  static constexpr size_t kLanes = K::kLanes;
  static constexpr size_t kFew = kPlaceOwn;
  /// Four vectors at a time, and as many from each end that are held meanwhile.
  static constexpr size_t kEach = 4;
  static constexpr size_t kBlock = kEach * kLanes;
  static constexpr Mask kAllLanes = static_cast<Mask>(~Mask{0});

  U* elements;
  size_t count;
  U flip;
  U* own;

  StayingPart Lows(size_t lows) const { return {elements, lows, flip, own}; }
  StayingPart Highs(size_t lows) const { return {elements + lows, count - lows, flip, own}; }
  void Fill(size_t first, size_t length, U key) const { FillWith(elements + first, length, KeyOf<F>::Decode(key, flip)); }
  U Pivot() const {
    return PivotOf<U>(count, [this](size_t i) SHOAL_FLAT { return KeysOf(K::Load(elements + i), flip); });
  }

  void SortFew(U least, U most) const {
    for (size_t i = 0; i < count; ++i) own[i] = KeyOf<F>::Encode(elements[i], flip);
    kVectorSorts.sort[KeyWidth(sizeof(U))](own, count, least, most, elements, own + count + kVectorRoom);
    for (size_t i = 0; i < count; ++i) elements[i] = KeyOf<F>::Decode(elements[i], flip);
  }

  /// What is loaded next comes from the side that has less room, so that there is a block of it on both.
  template <bool kLess>
  __attribute__((noinline)) size_t Partition(U pivot) const {
    const V limit = K::All(pivot);
    // Stores could change the part itself, as far as the compiler knows.
    const U flipped = flip;
    U* low = elements;
    U* high = elements + count;
    // What has not been loaded.
    U* from = elements;
    U* to = high;
    V held[2 * kEach];
    size_t kept = 0;
    if (count >= 2 * kBlock) {
      for (; kept < 2 * kEach; ++kept) held[kept] = K::Load(kept < kEach ? from + kept * kLanes : to - (kept + 1 - kEach) * kLanes);
      from += kBlock;
      to -= kBlock;
    }
    while (to - from >= static_cast<ptrdiff_t>(kBlock) && kept > 0) {
      const bool is_left = from - low <= high - to;
      to -= is_left ? 0 : kBlock;
      const U* const next = is_left ? from : to;
      from += is_left ? kBlock : 0;
      V v[kEach];
      Mask lows[kEach];
#pragma GCC unroll 4
      for (size_t j = 0; j < kEach; ++j) {
        v[j] = K::Load(next + j * kLanes);
        lows[j] = IsLow<U, kLess>(KeysOf(v[j], flipped), limit);
      }
#pragma GCC unroll 4
      for (size_t j = 0; j < kEach; ++j) {
        const auto few = static_cast<size_t>(__builtin_popcount(lows[j]));
        K::Store(low, K::ToFront(lows[j], v[j]));
        low += few;
        high -= kLanes - few;
        K::StoreSome(FirstLanes<U>(kLanes - few), high, K::ToFront(static_cast<Mask>(~lows[j]), v[j]));
      }
    }
    // Fewer than two blocks: all are loaded before any is stored.
    V rest[2 * kEach];
    Mask loaded[2 * kEach];
    for (size_t j = 0; j < 2 * kEach; ++j, from += kLanes) {
      loaded[j] = FirstLanes<U>(from < to ? static_cast<size_t>(to - from) : 0);
      rest[j] = K::LoadSome(loaded[j], from);
    }
    const auto put = [&](V v, Mask mask) SHOAL_FLAT {
      const auto lows = static_cast<Mask>(IsLow<U, kLess>(KeysOf(v, flipped), limit) & mask);
      const auto highs = static_cast<Mask>(~lows & mask);
      const auto few = static_cast<size_t>(__builtin_popcount(lows));
      const auto many = static_cast<size_t>(__builtin_popcount(highs));
      K::StoreSome(FirstLanes<U>(few), low, K::ToFront(lows, v));
      low += few;
      high -= many;
      K::StoreSome(FirstLanes<U>(many), high, K::ToFront(highs, v));
    };
    for (size_t j = 0; j < 2 * kEach; ++j) put(rest[j], loaded[j]);
    for (size_t j = 0; j < kept; ++j) put(held[j], kAllLanes);
    return static_cast<size_t>(low - elements);
  }

 private:
  /// What KeyOf<F>::Encode does, to each lane.
  __attribute__((always_inline)) static V KeysOf(V v, U flip) {
    using Lanes = Vector<U>;
    const auto bits = reinterpret_cast<Lanes>(v);
    if constexpr (!kIsFloat<F>) return reinterpret_cast<V>(bits ^ flip);
    const auto is_negative = reinterpret_cast<Lanes>(bits > static_cast<U>(KeyOf<F>::kSign - 1));
    const auto is_nan = reinterpret_cast<Lanes>((bits & static_cast<U>(~KeyOf<F>::kSign)) > KeyOf<F>::kInfinity);
    return reinterpret_cast<V>((bits ^ (is_negative | KeyOf<F>::kSign) ^ flip) | is_nan);
  }
};

template <typename T, bool = kIsFloat<T>>
struct FormOf {
  using Type = typename KeyOf<T>::U;
};
template <typename T>
struct FormOf<T, true> {
  using Type = T;
};

template <typename T>
StayingPart<typename FormOf<T>::Type> PartOf(void* elements, size_t count, bool descending, void* own) {
  using K = KeyOf<T>;
  using U = typename K::U;
  const U flip = static_cast<U>(K::Flip(descending) ^ (K::kSigned ? K::kSign : U{0}));
  return {static_cast<U*>(elements), count, flip, static_cast<U*>(own)};
}

template <typename T>
void Sort(void* elements, size_t count, bool descending, void* own) {
  Quicksort(PartOf<T>(elements, count, descending, own), typename KeyOf<T>::U{0}, KeyOf<T>::kAll, false);
}

template <typename T>
size_t Partition(void* elements, size_t count, bool descending, uint64_t last) {
  return PartOf<T>(elements, count, descending, nullptr).template Partition<false>(static_cast<typename KeyOf<T>::U>(last));
}

template <typename T>
constexpr auto kSort = [] {
  if constexpr (sizeof(T) >= 4) {
    return Sort<T>;
  } else {
    return nullptr;
  }
}();

template <typename T>
constexpr auto kPartition = [] {
  if constexpr (sizeof(T) >= 4) {
    return Partition<T>;
  } else {
    return nullptr;
  }
}();

}  // namespace

const PlaceSortTable kPlaceSorts = {{SHOAL_EACH_TYPE(kSort)}, {SHOAL_EACH_TYPE(kPartition)}};

}  // namespace shoal::kernels::SHOAL_PATH

#else

namespace shoal::kernels::SHOAL_PATH {
const PlaceSortTable kPlaceSorts = {};
}  // namespace shoal::kernels::SHOAL_PATH

#endif
