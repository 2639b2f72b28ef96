#include "kernels/vector_sort.h"

#if defined(__AVX512F__)

// GCC 12 takes what its own header leaves undefined on purpose for a mistake.
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "kernels/vector_quicksort.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// Up to here keys are sorted in registers.
constexpr size_t kRegisters = 16;
/// The sizes of networks: they differ by so many registers.
constexpr size_t kStep = 4;

/// All but the last kStep of the registers are full.
template <typename U, size_t kUsed>
__attribute__((noinline)) void SortRegisters(const U* keys, size_t count, U* to) {
  using K = KeyVectors<U>;
  constexpr size_t kLanes = K::kLanes;
  constexpr size_t kFull = kUsed - kStep;
  typename K::Mask masks[kStep];
  for (size_t i = 0; i < kStep; ++i) masks[i] = FirstLanes<U>(count > (kFull + i) * kLanes ? count - (kFull + i) * kLanes : 0);
  typename K::V v[kUsed];
#pragma GCC unroll 16
  for (size_t i = 0; i < kFull; ++i) v[i] = K::Load(keys + i * kLanes);
#pragma GCC unroll 4
  for (size_t i = 0; i < kStep; ++i) v[kFull + i] = K::LoadSome(masks[i], keys + (kFull + i) * kLanes);
  SortingNetwork<U, kUsed>::Sort(v);
#pragma GCC unroll 16
  for (size_t i = 0; i < kFull; ++i) K::Store(to + i * kLanes, v[i]);
#pragma GCC unroll 4
  for (size_t i = 0; i < kStep; ++i) K::StoreSome(masks[i], to + (kFull + i) * kLanes, v[kFull + i]);
}

template <typename U, size_t kUsed = kStep>
SHOAL_INLINE void SortFewKeys(const U* keys, size_t count, U* to) {
  if constexpr (kUsed < kRegisters) {
    if (count > kUsed * KeyVectors<U>::kLanes) return SortFewKeys<U, kUsed + kStep>(keys, count, to);
  }
  SortRegisters<U, kUsed>(keys, count, to);
}

/// Keys, and room for as many, both with room for a vector beyond; and where they lie when they are sorted.
template <typename U>
struct MovingPart {
  using K = KeyVectors<U>;
  using V = typename K::V;
  using Mask = typename K::Mask;
  static constexpr size_t kLanes = K::kLanes;
  static constexpr size_t kFew = kRegisters * kLanes;
  static_assert(kLanes <= kVectorRoom);

  U* keys;
  size_t count;
  U* spare;
  U* to;

  /// When the others lie in the spare room.
  MovingPart Lows(size_t lows) const { return {keys, lows, spare + (count - lows), to}; }
  MovingPart Highs(size_t lows) const { return {spare, count - lows, keys, to + lows}; }
  void Fill(size_t first, size_t length, U key) const { FillWith(to + first, length, key); }
  void SortFew(U, U) const { SortFewKeys(keys, count, to); }
  U Pivot() const {
    return PivotOf<U>(count, [this](size_t i) SHOAL_FLAT { return K::Load(keys + i); });
  }

  /// What is stored beyond the lows has been loaded before. Four vectors at a time, all compared first: twice as fast as one by one.
  template <bool kLess>
  __attribute__((always_inline)) size_t Partition(U pivot) const {
    constexpr size_t kEach = 4;
    const V limit = K::All(pivot);
    U* low = keys;
    U* high = spare;
    size_t i = 0;
    for (; i + kEach * kLanes <= count; i += kEach * kLanes) {
      V v[kEach];
      Mask lows[kEach];
#pragma GCC unroll 4
      for (size_t j = 0; j < kEach; ++j) {
        v[j] = K::Load(keys + i + j * kLanes);
        lows[j] = IsLow<U, kLess>(v[j], limit);
      }
#pragma GCC unroll 4
      for (size_t j = 0; j < kEach; ++j) {
        const auto few = static_cast<size_t>(__builtin_popcount(lows[j]));
        K::Store(low, K::ToFront(lows[j], v[j]));
        K::Store(high, K::ToFront(static_cast<Mask>(~lows[j]), v[j]));
        low += few;
        high += kLanes - few;
      }
    }
    for (; i < count; i += kLanes) {
      const Mask loaded = FirstLanes<U>(count - i);
      const V v = K::LoadSome(loaded, keys + i);
      const auto lows = static_cast<Mask>(IsLow<U, kLess>(v, limit) & loaded);
      const auto highs = static_cast<Mask>(~lows & loaded);
      K::Store(low, K::ToFront(lows, v));
      K::Store(high, K::ToFront(highs, v));
      low += __builtin_popcount(lows);
      high += __builtin_popcount(highs);
    }
    return static_cast<size_t>(low - keys);
  }
};

template <typename U>
void Sort(void* keys, size_t count, uint64_t least, uint64_t most, void* to, void* spare) {
  const MovingPart<U> part{static_cast<U*>(keys), count, static_cast<U*>(spare), static_cast<U*>(to)};
  Quicksort(part, static_cast<U>(least), static_cast<U>(most), false);
}

/// Buckets [first, end); `done` keys lie before them.
template <typename U>
void SplitWithin(MovingPart<U> part, const uint64_t* lasts, size_t first, size_t end, uint32_t* ends, size_t done) {
  while (end - first > 1) {
    const size_t middle = (first + end) / 2;
    const size_t lows = part.template Partition<false>(static_cast<U>(lasts[middle - 1]));
    SplitWithin(part.Lows(lows), lasts, first, middle, ends, done);
    part = part.Highs(lows);
    done += lows;
    first = middle;
  }
  memcpy(part.to, part.keys, part.count * sizeof(U));
  ends[first] = static_cast<uint32_t>(done + part.count);
}

template <typename U>
void Split(void* keys, size_t count, const uint64_t* lasts, size_t buckets, uint32_t* ends, void* to, void* spare) {
  SplitWithin<U>({static_cast<U*>(keys), count, static_cast<U*>(spare), static_cast<U*>(to)}, lasts, 0, buckets, ends, 0);
}

}  // namespace

const VectorSortTable kVectorSorts = {{nullptr, nullptr, Sort<uint32_t>, Sort<uint64_t>},
                                      {nullptr, nullptr, Split<uint32_t>, Split<uint64_t>}};

}  // namespace shoal::kernels::SHOAL_PATH

#else

namespace shoal::kernels::SHOAL_PATH {
const VectorSortTable kVectorSorts = {};
}  // namespace shoal::kernels::SHOAL_PATH

#endif
