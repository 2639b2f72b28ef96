#ifndef SHOAL_KERNELS_DIGIT_SCATTER_H_
#define SHOAL_KERNELS_DIGIT_SCATTER_H_

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {

/// Moves keys apart by their *digit*: the highest bits of their distance from the least one, so many that few keys have the same. For keys
/// of the thread's own, as they are read more than once.
template <typename U>
struct DigitScatter {
  static constexpr size_t kMost = 1024;

  U least = static_cast<U>(~U{0});
  U most = 0;
  unsigned shift = 0;
  size_t digits = 0;
  /// Where the keys of each digit end.
  uint32_t ends[kMost] = {};

  U LeastOf(size_t digit) const { return static_cast<U>(least + (U{digit} << shift)); }
  U MostOf(size_t digit) const { return static_cast<U>(LeastOf(digit) + ((U{1} << shift) - 1)); }

  /// By as many as `wanted` digits, at least half of them. False, and nothing is moved, where many keys of a sample have the same.
  bool Scatter(const U* keys, size_t count, size_t wanted, U* to) {
    U low = least;
    U high = most;
    for (size_t i = 0; i < count; ++i) {
      low = keys[i] < low ? keys[i] : low;
      high = keys[i] > high ? keys[i] : high;
    }
    least = low;
    most = high;
    digits = wanted < kMost ? wanted : kMost;
    while ((most - least) >> shift >= digits) ++shift;

    // Stores could change the members, as far as the compiler knows.
    const unsigned by = shift;
    for (size_t i = 0; i < kSampled; ++i) {
      if (++ends[(keys[i * (count / kSampled)] - low) >> by] > kSampled / 8) return false;
    }
    memset(ends, 0, sizeof ends);
    ForApart(keys, count, [=, this](U key) SHOAL_FLAT { ++ends[(key - low) >> by]; });
    uint32_t start = 0;
    for (size_t digit = 0; digit < digits; ++digit) {
      const uint32_t length = ends[digit];
      ends[digit] = start;
      start += length;
    }
    ForApart(keys, count, [=, this](U key) SHOAL_FLAT { to[ends[(key - low) >> by]++] = key; });
    return true;
  }

 private:
  static constexpr size_t kSampled = 64;

  /// Keys of one digit often lie together, and to load at once what was just stored takes long: those of four places take turns.
  template <typename F>
  SHOAL_INLINE void ForApart(const U* keys, size_t count, F use) {
    const size_t quarter = count / 4;
    for (const U* key = keys; key < keys + quarter; ++key) {
      for (size_t place = 0; place < 4; ++place) use(key[place * quarter]);
    }
    for (size_t i = 4 * quarter; i < count; ++i) use(keys[i]);
  }
};

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_DIGIT_SCATTER_H_
