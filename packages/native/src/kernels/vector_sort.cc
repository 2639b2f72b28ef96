#include "kernels/vector_sort.h"

#if defined(__AVX512F__)

#include "kernels/digit_scatter.h"
#include "kernels/sorting_network.h"
#include "kernels/vector_quicksort.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// A quicksort that moves each half to memory of its own, of which what is left over is sorted in registers. There is no branch on a key.
template <typename U>
class VectorSort {
 public:
  static void Sort(void* keys, size_t count, uint64_t least, uint64_t most, void* to, void* spare) {
    const Part part{static_cast<U*>(keys), count, static_cast<U*>(spare)};
    if constexpr (sizeof(U) == 8) {
      if (count > kLeastScattered && count <= kMostScattered) return SortScattered(part, static_cast<U*>(to));
    }
    SortWithin(part, static_cast<U>(least), static_cast<U>(most), false, static_cast<U*>(to));
  }

  static void Split(void* keys, size_t count, const uint64_t* lasts, size_t buckets, uint32_t* ends, void* to, void* spare) {
    SplitWithin({static_cast<U*>(keys), count, static_cast<U*>(spare)}, lasts, 0, buckets, ends, static_cast<U*>(to), 0);
  }

 private:
  using K = KeyVectors<U>;
  using V = typename K::V;
  using Mask = typename K::Mask;
  static constexpr size_t kLanes = K::kLanes;
  static constexpr size_t kFew = RegisterSort<U>::kMost;
  /// How many keys are worth scattering, and still fit the second-level cache twice.
  static constexpr size_t kLeastScattered = 64 * kFew;
  static constexpr size_t kMostScattered = 1 << 17;
  static_assert(kLanes <= kVectorRoom);

  /// Keys, and room for as many; both with room for a vector beyond.
  struct Part {
    U* keys;
    size_t count;
    U* spare;

    /// When the others lie in the spare room.
    Part Lows(size_t lows) const { return {keys, lows, spare + (count - lows)}; }
    Part Highs(size_t lows) const { return {spare, count - lows, keys}; }
  };

  /// Moves the keys that are not beyond the pivot (`kLess`: less than it) to the front, and the others to the spare room: how many are low.
  /// What is stored beyond the lows has been loaded before. Four vectors at a time, all compared first: twice as fast as one by one.
  template <bool kLess>
  SHOAL_INLINE size_t Partition(const Part& part, U pivot) {
    constexpr size_t kEach = 4;
    const V limit = K::All(pivot);
    U* low = part.keys;
    U* high = part.spare;
    size_t i = 0;
    for (; i + kEach * kLanes <= part.count; i += kEach * kLanes) {
      V keys[kEach];
      Mask lows[kEach];
#pragma GCC unroll 4
      for (size_t j = 0; j < kEach; ++j) {
        keys[j] = K::Load(part.keys + i + j * kLanes);
        lows[j] = IsLow<U, kLess>(keys[j], limit);
      }
#pragma GCC unroll 4
      for (size_t j = 0; j < kEach; ++j) {
        const auto count = static_cast<size_t>(__builtin_popcount(lows[j]));
        K::Store(low, K::ToFront(lows[j], keys[j]));
        K::Store(high, K::ToFront(static_cast<Mask>(~lows[j]), keys[j]));
        low += count;
        high += kLanes - count;
      }
    }
    for (; i < part.count; i += kLanes) {
      const Mask loaded = FirstLanes<U>(part.count - i);
      const V keys = K::LoadSome(loaded, part.keys + i);
      const auto lows = static_cast<Mask>(IsLow<U, kLess>(keys, limit) & loaded);
      const auto highs = static_cast<Mask>(~lows & loaded);
      K::Store(low, K::ToFront(lows, keys));
      K::Store(high, K::ToFront(highs, keys));
      low += __builtin_popcount(lows);
      high += __builtin_popcount(highs);
    }
    return static_cast<size_t>(low - part.keys);
  }

  SHOAL_INLINE U Pivot(const U* keys, size_t count) {
    return PivotOf<U>(count, [keys](size_t i) SHOAL_FLAT { return K::Load(keys + i); });
  }

  /// After a partition that was uneven the next one halves the range of the keys: there are at most as many of these as keys have bits.
  static void SortWithin(Part part, U least, U most, bool halves, U* to) {
    while (part.count > kFew) {
      if (least == most) return FillWith(to, part.count, least);
      const U pivot = halves ? static_cast<U>(least + (most - least) / 2) : Pivot(part.keys, part.count);
      const size_t lows = Partition<false>(part, pivot);
      const size_t highs = part.count - lows;
      const size_t few = part.count / kUneven;
      Part low = part.Lows(lows);
      U most_low = pivot;
      bool is_uneven = lows < few || highs < few;
      if (highs < few && !halves) {
        // The pivot is among the greatest keys, and perhaps that of many.
        const size_t less = Partition<true>(low, pivot);
        FillWith(to + less, lows - less, pivot);
        is_uneven = part.count - less < few;
        low.count = less;
        most_low = static_cast<U>(pivot - 1);
      }
      SortWithin(low, least, most_low, is_uneven, to);
      part = part.Highs(lows);
      to += lows;
      least = static_cast<U>(pivot + 1);
      halves = is_uneven;
    }
    RegisterSort<U>::Sort(part.keys, part.count, to);
  }

  /// Keys of eight bytes are scattered first: that takes half as long as to partition them so far. Where they are not spread well enough
  /// they are partitioned.
  static void SortScattered(const Part& part, U* to) {
    DigitScatter<U> scatter;
    if (!scatter.Scatter(part.keys, part.count, 2 * part.count / kFew, part.spare)) {
      return SortWithin(part, scatter.least, scatter.most, false, to);
    }
    size_t first = 0;
    for (size_t digit = 0; digit < scatter.digits; ++digit) {
      U* const keys = part.spare + first;
      const size_t count = scatter.ends[digit] - first;
      if (count <= kFew) {
        RegisterSort<U>::Sort(keys, count, to + first);
      } else {
        // A partition stores beyond its end, where the keys of the next digit lie.
        const V beyond = K::Load(keys + count);
        SortWithin({keys, count, part.keys}, scatter.LeastOf(digit), scatter.MostOf(digit), false, to + first);
        K::Store(keys + count, beyond);
      }
      first = scatter.ends[digit];
    }
  }

  /// Buckets [first, end), from `to` on; `done` keys lie before that.
  static void SplitWithin(Part part, const uint64_t* lasts, size_t first, size_t end, uint32_t* ends, U* to, size_t done) {
    while (end - first > 1) {
      const size_t middle = (first + end) / 2;
      const size_t lows = Partition<false>(part, static_cast<U>(lasts[middle - 1]));
      SplitWithin(part.Lows(lows), lasts, first, middle, ends, to, done);
      part = part.Highs(lows);
      to += lows;
      done += lows;
      first = middle;
    }
    memcpy(to, part.keys, part.count * sizeof(U));
    ends[first] = static_cast<uint32_t>(done + part.count);
  }
};

}  // namespace

const VectorSortTable kVectorSorts = {{nullptr, nullptr, VectorSort<uint32_t>::Sort, VectorSort<uint64_t>::Sort},
                                      {nullptr, nullptr, VectorSort<uint32_t>::Split, VectorSort<uint64_t>::Split}};

}  // namespace shoal::kernels::SHOAL_PATH

#else

namespace shoal::kernels::SHOAL_PATH {
const VectorSortTable kVectorSorts = {};
}  // namespace shoal::kernels::SHOAL_PATH

#endif
