#ifndef SHOAL_KERNELS_SORTING_NETWORK_H_
#define SHOAL_KERNELS_SORTING_NETWORK_H_

#include "kernels/vector_quicksort.h"

namespace shoal::kernels::SHOAL_PATH {

/// Sorts registers, and the lanes in them: a bitonic network in which each comparison puts the lesser key at the lower place, so that what
/// would be compared with places beyond the last register is left out.
template <typename U, size_t kRegisters>
struct SortingNetwork {
  using K = KeyVectors<U>;
  using V = typename K::V;
  static constexpr size_t kLanes = K::kLanes;

  SHOAL_INLINE void Sort(V (&v)[kRegisters]) {
    SortLanes<2>(v);
    MergeRegisters<2>(v);
  }

 private:
  /// Each lane with lane i ^ kWith.
  template <int kWith>
  SHOAL_INLINE void CompareLanes(V (&v)[kRegisters]) {
    constexpr auto kUpper = [] {
      unsigned mask = 0;
      for (unsigned lane = 0; lane < kLanes; ++lane) mask |= (lane > (lane ^ kWith) ? 1U : 0U) << lane;
      return static_cast<typename K::Mask>(mask);
    }();
#pragma GCC unroll 16
    for (size_t i = 0; i < kRegisters; ++i) {
      const V other = K::template Exchange<kWith>(v[i]);
      v[i] = K::MaxWhere(kUpper, K::Min(v[i], other), v[i], other);
    }
  }

  template <int kDistance>
  SHOAL_INLINE void CompareDown(V (&v)[kRegisters]) {
    if constexpr (kDistance > 0) {
      CompareLanes<kDistance>(v);
      CompareDown<kDistance / 2>(v);
    }
  }

  template <int kSize>
  SHOAL_INLINE void SortLanes(V (&v)[kRegisters]) {
    CompareLanes<kSize - 1>(v);
    CompareDown<kSize / 4>(v);
    if constexpr (kSize < kLanes) SortLanes<2 * kSize>(v);
  }

  SHOAL_INLINE void Order(V* a, V* b) {
    const V least = K::Min(*a, *b);
    *b = K::Max(*a, *b);
    *a = least;
  }

  /// Of kSize registers each half is sorted.
  template <size_t kSize>
  SHOAL_INLINE void MergeRegisters(V (&v)[kRegisters]) {
    if constexpr (kSize / 2 < kRegisters) {
#pragma GCC unroll 16
      for (size_t i = 0; i < kRegisters; ++i) {
        const size_t other = i ^ (kSize - 1);
        if (i > other || other >= kRegisters) continue;
        v[other] = K::template Exchange<kLanes - 1>(v[other]);
        Order(&v[i], &v[other]);
      }
#pragma GCC unroll 4
      for (size_t distance = kSize / 4; distance > 0; distance /= 2) {
#pragma GCC unroll 16
        for (size_t i = 0; i < kRegisters; ++i) {
          if ((i & distance) == 0 && i + distance < kRegisters) Order(&v[i], &v[i + distance]);
        }
      }
      CompareDown<static_cast<int>(kLanes / 2)>(v);
      MergeRegisters<2 * kSize>(v);
    }
  }
};

/// Sorts keys that fit registers.
template <typename U>
class RegisterSort {
  using K = KeyVectors<U>;
  using V = typename K::V;
  using Mask = typename K::Mask;
  static constexpr size_t kLanes = K::kLanes;
  static constexpr size_t kRegisters = 16;
  /// The sizes of networks: they differ by so many registers.
  static constexpr size_t kStep = 4;

 public:
  static constexpr size_t kMost = kRegisters * kLanes;

  /// kMost keys at most; `to` may be where they lie.
  SHOAL_INLINE void Sort(const U* keys, size_t count, U* to) { SortUsing<kStep>(keys, count, to); }

 private:
  template <size_t kUsed>
  SHOAL_INLINE void SortUsing(const U* keys, size_t count, U* to) {
    if constexpr (kUsed < kRegisters) {
      if (count > kUsed * kLanes) return SortUsing<kUsed + kStep>(keys, count, to);
    }
    SortRegisters<kUsed>(keys, count, to);
  }

  /// All but the last kStep of the registers are full.
  template <size_t kUsed>
  __attribute__((noinline)) static void SortRegisters(const U* keys, size_t count, U* to) {
    constexpr size_t kFull = kUsed - kStep;
    Mask masks[kStep];
    for (size_t i = 0; i < kStep; ++i) masks[i] = FirstLanes<U>(count > (kFull + i) * kLanes ? count - (kFull + i) * kLanes : 0);
    V v[kUsed];
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
};

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_SORTING_NETWORK_H_
