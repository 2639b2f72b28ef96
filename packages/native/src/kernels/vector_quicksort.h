#ifndef SHOAL_KERNELS_VECTOR_QUICKSORT_H_
#define SHOAL_KERNELS_VECTOR_QUICKSORT_H_

// GCC 12 takes what its own header leaves undefined on purpose for a mistake.
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "kernels/key_vectors.h"

namespace shoal::kernels::SHOAL_PATH {

/// Partitions of which one side has less than this part do not count as progress.
constexpr size_t kUneven = 16;

/// The first lanes of a vector, or all.
template <typename U>
SHOAL_INLINE typename KeyVectors<U>::Mask FirstLanes(size_t count) {
  using Mask = typename KeyVectors<U>::Mask;
  return count >= KeyVectors<U>::kLanes ? static_cast<Mask>(~Mask{0}) : static_cast<Mask>((1U << count) - 1);
}

/// `kLess`: less than the pivot, else not beyond it.
template <typename U, bool kLess>
SHOAL_INLINE typename KeyVectors<U>::Mask IsLow(typename KeyVectors<U>::V keys, typename KeyVectors<U>::V pivot) {
  return kLess ? KeyVectors<U>::IsLess(keys, pivot) : KeyVectors<U>::IsAtMost(keys, pivot);
}

template <typename U>
SHOAL_INLINE void FillWith(U* to, size_t count, U value) {
  for (size_t i = 0; i < count; ++i) to[i] = value;
}

/// About the median of `count` keys, and one that there is; `load(i)` gives the vector of those from i on.
template <typename U, typename Load>
SHOAL_INLINE U PivotOf(size_t count, Load load) {
  using K = KeyVectors<U>;
  using V = typename K::V;
  constexpr size_t kMany = 64 * K::kLanes;
  const auto median = [](V a, V b, V c) SHOAL_FLAT { return K::Max(K::Min(a, b), K::Min(K::Max(a, b), c)); };
  const auto median_from = [&](size_t first, size_t among) SHOAL_FLAT {
    const size_t step = (among - K::kLanes) / 2;
    return median(load(first), load(first + step), load(first + 2 * step));
  };
  const size_t third = count / 3;
  const V found =
      count < kMany ? median_from(0, count) : median(median_from(0, third), median_from(third, third), median_from(2 * third, third));
  return K::First(median(found, K::template Exchange<K::kLanes / 4>(found), K::template Exchange<K::kLanes / 2>(found)));
}

/// Sorts a part whose keys lie within [least, most]. There is no branch on a key. A part has `count` and
/// - `kFew`: up to here it is sorted in another way, by `SortFew(least, most)`
/// - `Pivot()`
/// - `Partition<kLess>(pivot)`: moves low keys to the front, and says how many they are; `Lows(lows)` and `Highs(lows)` are the parts then
/// - `Fill(first, count, key)`: stores what is sorted
///
/// After a partition that was uneven the next one halves the range of the keys: there are at most as many of these as keys have bits. It
/// comes to an end, after as many steps, also where somebody stores into the part meanwhile.
///
/// The sort of keys that move to spare room (vector_sort.cc) has a loop of its own: as a part of this one it took 6 to 14 % longer.
template <typename U, typename Part>
void Quicksort(Part part, U least, U most, bool halves) {
  while (part.count > Part::kFew) {
    if (least >= most) return part.Fill(0, part.count, least);
    U pivot = static_cast<U>(least + (most - least) / 2);
    if (!halves) {
      const U chosen = part.Pivot();
      pivot = chosen < least ? least : chosen > most ? most : chosen;
    }
    const size_t lows = part.template Partition<false>(pivot);
    const size_t highs = part.count - lows;
    const size_t few = part.count / kUneven;
    Part low = part.Lows(lows);
    U most_low = pivot;
    bool is_uneven = lows < few || highs < few;
    if (highs < few && !halves) {
      // The pivot is among the greatest keys, and perhaps that of many.
      const size_t less = low.template Partition<true>(pivot);
      low.Fill(less, lows - less, pivot);
      is_uneven = part.count - less < few;
      low.count = less;
      most_low = static_cast<U>(pivot - 1);
    }
    Quicksort(low, least, most_low, is_uneven);
    part = part.Highs(lows);
    least = static_cast<U>(pivot + 1);
    halves = is_uneven;
  }
  part.SortFew(least, most);
}

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_VECTOR_QUICKSORT_H_
