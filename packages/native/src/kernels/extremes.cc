#include "kernels/elements.h"
#include "kernels/reductions.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

template <typename T>
struct BitsOf;
template <>
struct BitsOf<float> {
  using Type = uint32_t;
};
template <>
struct BitsOf<double> {
  using Type = uint64_t;
};

template <typename T>
struct Pair {
  T least;
  T greatest;
};

template <typename T>
SHOAL_INLINE bool IsNegative(T value) {
  typename BitsOf<T>::Type bits;
  memcpy(&bits, &value, sizeof bits);
  return bits >> (8 * sizeof bits - 1) != 0;
}

/// As Math.min: NaN wins, and −0 is less than 0.
template <typename T>
SHOAL_INLINE bool Precedes(T a, T b) {
  if constexpr (kIsFloat<T>) {
    return a < b || (a == b && IsNegative(a) && !IsNegative(b));
  } else {
    return a < b;
  }
}

template <typename T>
SHOAL_INLINE Pair<T> Join(Pair<T> a, Pair<T> b) {
  if constexpr (kIsFloat<T>) {
    if (a.least != a.least) return a;
    if (b.least != b.least) return b;
  }
  return {Precedes(b.least, a.least) ? b.least : a.least, Precedes(a.greatest, b.greatest) ? b.greatest : a.greatest};
}

/// Whole vectors of floats. Comparisons tell neither NaN nor the sign of zero; what they miss is kept beside them: a lane that was NaN
/// once, whether any sign was set, and whether all were. The signs matter only where the extreme is zero, and no other sign can have been
/// there.
template <typename T>
SHOAL_INLINE Pair<T> ExtremesOfVectors(const T* xs, size_t vectors) {
  using Floats = Vector<T>;
  using Bits = Vector<typename BitsOf<T>::Type>;
  constexpr size_t kLanes = VectorOf<T>::kLanes;
  constexpr size_t kWays = 4;
  const Floats first = Load<Floats>(xs);
  const Bits first_bits = Load<Bits>(xs);
  Floats least[kWays] = {first, first, first, first};
  Floats greatest[kWays] = {first, first, first, first};
  Bits any[kWays] = {first_bits, first_bits, first_bits, first_bits};
  Bits all[kWays] = {first_bits, first_bits, first_bits, first_bits};
  auto nan = first != first;
  size_t i = 0;
  const auto take = [&](size_t way, size_t at) SHOAL_FLAT {
    const Floats x = Load<Floats>(xs + at * kLanes);
    const Bits bits = Load<Bits>(xs + at * kLanes);
    least[way] = x < least[way] ? x : least[way];
    greatest[way] = x > greatest[way] ? x : greatest[way];
    any[way] |= bits;
    all[way] &= bits;
    nan |= x != x;
  };
  for (; i + kWays <= vectors; i += kWays) {
    for (size_t line = 0; line < kWays; ++line) PrefetchAhead(xs + (i + line) * kLanes);
    take(0, i);
    take(1, i + 1);
    take(2, i + 2);
    take(3, i + 3);
  }
  for (; i < vectors; ++i) take(0, i);
  for (size_t way = 1; way < kWays; ++way) {
    least[0] = least[way] < least[0] ? least[way] : least[0];
    greatest[0] = greatest[way] > greatest[0] ? greatest[way] : greatest[0];
    any[0] |= any[way];
    all[0] &= all[way];
  }
  Pair<T> total = {least[0][0], greatest[0][0]};
  auto any_bits = any[0][0];
  auto all_bits = all[0][0];
  bool has_nan = nan[0] != 0;
  for (size_t lane = 1; lane < kLanes; ++lane) {
    if (least[0][lane] < total.least) total.least = least[0][lane];
    if (greatest[0][lane] > total.greatest) total.greatest = greatest[0][lane];
    any_bits |= any[0][lane];
    all_bits &= all[0][lane];
    has_nan |= nan[lane] != 0;
  }
  constexpr auto kSign = 8 * sizeof(T) - 1;
  if (has_nan) {
    const T value = static_cast<T>(__builtin_nan(""));
    return {value, value};
  }
  if (total.least == 0) total.least = any_bits >> kSign != 0 ? static_cast<T>(-0.0) : static_cast<T>(0.0);
  if (total.greatest == 0) total.greatest = all_bits >> kSign != 0 ? static_cast<T>(-0.0) : static_cast<T>(0.0);
  return total;
}

/// Of at least one element.
template <typename T>
SHOAL_INLINE Pair<Value<T>> ExtremesOf(const T* xs, size_t count) {
  Pair<Value<T>> total = {Get(xs), Get(xs)};
  if constexpr (kSame<T, Half>) {
    float block[1024];
    for (size_t start = 0; start < count; start += 1024) {
      const size_t length = count - start < 1024 ? count - start : 1024;
      for (size_t i = 0; i < length; ++i) block[i] = Widen(xs[start + i]);
      const size_t vectors = length / VectorOf<float>::kLanes;
      if (vectors > 0) total = Join(total, ExtremesOfVectors(block, vectors));
      for (size_t i = vectors * VectorOf<float>::kLanes; i < length; ++i) total = Join(total, {block[i], block[i]});
    }
  } else if constexpr (kIsFloat<T>) {
    const size_t vectors = count / VectorOf<T>::kLanes;
    if (vectors > 0) total = Join(total, ExtremesOfVectors(xs, vectors));
    for (size_t i = vectors * VectorOf<T>::kLanes; i < count; ++i) total = Join(total, {xs[i], xs[i]});
  } else {
    for (size_t i = 0; i < count; ++i) {
      const Value<T> x = Get(xs + i);
      if (x < total.least) total.least = x;
      if (x > total.greatest) total.greatest = x;
    }
  }
  return total;
}

template <typename T>
SHOAL_INLINE Element ToElement(Value<T> value) {
  T stored;
  Put(&stored, value);
  Element element{};
  memcpy(element.bytes, &stored, sizeof stored);
  return element;
}

template <typename T>
void Both(const void* data, size_t count, Extremes* out) {
  const Pair<Value<T>> total = ExtremesOf(static_cast<const T*>(data), count);
  *out = {ToElement<T>(total.least), ToElement<T>(total.greatest)};
}

/// Blocks small enough to stay in the first-level cache, in which the one that holds the element is looked through again.
constexpr size_t kBlock = 2048;

template <typename T>
void First(const void* data, size_t count, bool greatest, Found* out) {
  const T* xs = static_cast<const T*>(data);
  size_t found = 0;
  Value<T> best = Get(xs);
  for (size_t start = 0; start < count && best == best; start += kBlock) {
    const size_t length = count - start < kBlock ? count - start : kBlock;
    const Pair<Value<T>> pair = ExtremesOf(xs + start, length);
    const Value<T> candidate = greatest ? pair.greatest : pair.least;
    if (start > 0 && candidate == candidate && !(greatest ? Precedes(best, candidate) : Precedes(candidate, best))) continue;
    best = candidate;
    found = start;
  }
  const auto is_best = [best](Value<T> x) SHOAL_FLAT { return best == best ? !Precedes(x, best) && !Precedes(best, x) : x != x; };
  // Elements that somebody stores meanwhile may have replaced it: then it is any element of the block.
  const size_t last = (count - found < kBlock ? count : found + kBlock) - 1;
  while (found < last && !is_best(Get(xs + found))) ++found;
  *out = {ToElement<T>(best), found};
}

}  // namespace

const ExtremesTable kExtreme = {{SHOAL_EACH_TYPE(Both)}, {SHOAL_EACH_TYPE(First)}};

}  // namespace shoal::kernels::SHOAL_PATH
