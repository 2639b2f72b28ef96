#ifndef SHOAL_KERNELS_LOCAL_RADIX_SORT_H_
#define SHOAL_KERNELS_LOCAL_RADIX_SORT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace shoal::kernels {

/// The payload of a sort of keys alone.
struct Nothing {};

/// Keys and what travels with them.
template <typename U, typename P>
struct Rows {
  static constexpr bool kHasPayload = !__is_same(P, Nothing);
  U* keys;
  P* payload;

  Rows From(size_t first) const { return {keys == nullptr ? nullptr : keys + first, kHasPayload ? payload + first : payload}; }
  void Set(size_t at, U key, const Rows& from, size_t i) const {
    keys[at] = key;
    if constexpr (kHasPayload) payload[at] = from.payload[i];
  }
  void CopyFrom(const Rows& from, size_t count) const {
    if (keys == from.keys || count == 0) return;
    memcpy(keys, from.keys, count * sizeof(U));
    if constexpr (kHasPayload) memcpy(payload, from.payload, count * sizeof(P));
  }
};

/// A stable sort of rows that fit a cache, by the least digit first. Only as many of the highest bits that vary are looked at as it takes
/// to tell nearly all keys apart; neighbours that are then still in the wrong order are put right by insertion. Where that would be long
/// (many keys that differ in low bits only) all bits are looked at.
template <typename U, typename P>
class LocalRadixSort {
 public:
  using R = Rows<U, P>;

  /// Where the sorted rows lie: in one of two copies for which `spare` has room, or in `from` as they were. `from` may be the second copy.
  /// What is read twice, to count and to move, belongs to this thread: that is all that keeps a row from being moved beyond them.
  static R Sort(R from, size_t count, R spare) {
    if (count <= kFew) {
      spare.CopyFrom(from, count);
      Insert(spare, count, SIZE_MAX);
      return spare;
    }
    U any = 0;
    U all = static_cast<U>(~U{0});
    for (size_t i = 0; i < count; ++i) {
      any |= from.keys[i];
      all &= from.keys[i];
    }
    const U varying = static_cast<U>(any ^ all);
    const unsigned top = std::bit_width(varying);
    const unsigned low = varying == 0 ? 0 : static_cast<unsigned>(std::countr_zero(varying));
    const unsigned telling = static_cast<unsigned>(std::bit_width(count)) + kMargin;
    // Where it saves no pass, all bits tell more: nothing is left to be put right.
    const bool tells = top - low > telling && Passes(telling, count) < Passes(top - low, count);
    const R sorted = SortBits(from, count, tells ? top - telling : low, top, spare);
    return !tells || Insert(sorted, count, count * kMovesEach) ? sorted : SortBits(sorted, count, low, top, spare);
  }

 private:
  static constexpr size_t kFew = 24;
  /// Bits beyond those that would tell evenly spread keys apart: one pair in 2^kMargin still collides.
  /// Each that does costs two branches that nobody foresees, as much as many rows.
  static constexpr unsigned kMargin = 5;
  static constexpr size_t kMovesEach = 4;
  static constexpr unsigned kMaxDigit = 11;

  static unsigned Passes(unsigned bits, size_t count) {
    const unsigned widest = count < 2048 ? 8 : kMaxDigit;
    return (bits + widest - 1) / widest;
  }

  /// By bits [low, top). Where they lie then, as above.
  static R SortBits(R source, size_t count, unsigned low, unsigned top, R spare) {
    const unsigned passes = Passes(top - low, count);
    if (passes == 0) return source;
    const unsigned width = (top - low + passes - 1) / passes;
    const U mask = static_cast<U>((U{1} << width) - 1);
    // The digits of two passes are counted at once: how many there are does not depend on the order.
    uint32_t next[2][1 << kMaxDigit];
    for (unsigned pass = 0; pass < passes; ++pass) {
      const unsigned shift = low + pass * width;
      if (pass % 2 == 0) CountDigits(source.keys, count, shift, pass + 1 < passes ? shift + width : shift, mask, next);
      const R target = source.keys == spare.keys ? spare.From(count) : spare;
      uint32_t* const places = next[pass % 2];
      for (size_t i = 0; i < count; ++i) {
        const U key = source.keys[i];
        target.Set(places[static_cast<U>(key >> shift) & mask]++, key, source, i);
      }
      source = target;
    }
    return source;
  }

  /// Where the first row of each digit goes, for two digits.
  static void CountDigits(const U* keys, size_t count, unsigned shift, unsigned other, U mask, uint32_t (&next)[2][1 << kMaxDigit]) {
    for (auto& digits : next) memset(digits, 0, (size_t{mask} + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < count; ++i) {
      ++next[0][static_cast<U>(keys[i] >> shift) & mask];
      ++next[1][static_cast<U>(keys[i] >> other) & mask];
    }
    uint32_t sums[2] = {};
    for (size_t digit = 0; digit <= mask; ++digit) {
      for (int i = 0; i < 2; ++i) {
        const uint32_t size = next[i][digit];
        next[i][digit] = sums[i];
        sums[i] += size;
      }
    }
  }

  /// False when it takes more than `budget` moves; rows are then in another, but still stable, order.
  static bool Insert(R rows, size_t count, size_t budget) {
    for (size_t i = 1; i < count; ++i) {
      const U key = rows.keys[i];
      if (rows.keys[i - 1] <= key) continue;
      [[maybe_unused]] P payload{};
      if constexpr (R::kHasPayload) payload = rows.payload[i];
      size_t at = i;
      for (; at > 0 && rows.keys[at - 1] > key; --at) rows.Set(at, rows.keys[at - 1], rows, at - 1);
      rows.keys[at] = key;
      if constexpr (R::kHasPayload) rows.payload[at] = payload;
      if (i - at > budget) return false;
      budget -= i - at;
    }
    return true;
  }
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_LOCAL_RADIX_SORT_H_
