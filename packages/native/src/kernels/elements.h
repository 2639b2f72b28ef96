#ifndef SHOAL_KERNELS_ELEMENTS_H_
#define SHOAL_KERNELS_ELEMENTS_H_

#include <cstring>

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels::SHOAL_PATH {

/// An element of Uint8ClampedArray.
struct Clamped {
  uint8_t value;
};

/// An element of Float16Array. Plain integer arithmetic, because no compiler that we support has the type everywhere.
struct Half {
  uint16_t bits;
};

/// SHOAL_EACH_TYPE(F): `F<T>` for the element type of each ElementType, in their order. The one place that pairs them.
#define SHOAL_EACH_TYPE(F) \
  F<int8_t>, F<uint8_t>, F<Clamped>, F<int16_t>, F<uint16_t>, F<int32_t>, F<uint32_t>, F<float>, F<double>, F<int64_t>, F<uint64_t>, F<Half>

template <typename T>
inline constexpr bool kIsFloat = false;
template <>
inline constexpr bool kIsFloat<float> = true;
template <>
inline constexpr bool kIsFloat<double> = true;
template <>
inline constexpr bool kIsFloat<Half> = true;

template <typename A, typename B>
inline constexpr bool kSame = false;
template <typename A>
inline constexpr bool kSame<A, A> = true;

/// What a T is computed as: itself, a float for a Half, a byte for a Clamped.
template <typename T>
struct ValueOf {
  using Type = T;
};
template <>
struct ValueOf<Clamped> {
  using Type = uint8_t;
};
template <>
struct ValueOf<Half> {
  using Type = float;
};
template <typename T>
using Value = typename ValueOf<T>::Type;

SHOAL_INLINE float BitsToFloat(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

SHOAL_INLINE uint32_t FloatToBits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

SHOAL_INLINE float Widen(Half half) {
  const uint32_t sign = static_cast<uint32_t>(half.bits & 0x8000) << 16;
  const uint32_t rest = half.bits & 0x7fff;
  // Subnormal halves are integers times 2^-24; the others get their exponent moved by 127 - 15, infinities and NaN to the end.
  const float small = static_cast<float>(rest) * 0x1p-24f;
  const uint32_t large = (rest << 13) + ((rest >= 0x7c00 ? 255 - 31 : 127 - 15) << 23);
  return BitsToFloat(sign | (rest < 0x400 ? FloatToBits(small) : large));
}

/// To the nearest half, ties to even, straight from a double: through float it would be rounded twice.
SHOAL_INLINE Half Narrow(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  const auto sign = static_cast<uint16_t>(bits >> 48 & 0x8000);
  bits &= 0x7fff'ffff'ffff'ffff;
  if (bits > 0x7ff0'0000'0000'0000) return {static_cast<uint16_t>(sign | 0x7e00)};
  if (bits >= 0x40ef'fe00'0000'0000) return {static_cast<uint16_t>(sign | 0x7c00)};  // from 65,520 on: infinity
  const int exponent = static_cast<int>(bits >> 52) - 1023;
  if (exponent < -25) return {sign};
  const int drop = exponent >= -14 ? 42 : 28 - exponent;  // bits below the last one of the half
  const uint64_t mantissa = (bits & 0xf'ffff'ffff'ffff) | 0x10'0000'0000'0000;
  uint64_t kept = mantissa >> drop;
  const uint64_t lost = mantissa & ((uint64_t{1} << drop) - 1);
  const uint64_t tie = uint64_t{1} << (drop - 1);
  if (lost > tie || (lost == tie && (kept & 1) != 0)) ++kept;
  // A carry runs from the mantissa into the exponent, as it should.
  return {static_cast<uint16_t>(sign | (exponent >= -14 ? kept + (static_cast<uint64_t>(exponent + 14) << 10) : kept))};
}

template <typename T>
SHOAL_INLINE Value<T> Get(const T* at) {
  if constexpr (kSame<T, Half>) {
    return Widen(*at);
  } else if constexpr (kSame<T, Clamped>) {
    return at->value;
  } else {
    return *at;
  }
}

template <typename T>
SHOAL_INLINE void Put(T* at, Value<T> value) {
  if constexpr (kSame<T, Half>) {
    *at = Narrow(value);
  } else if constexpr (kSame<T, Clamped>) {
    at->value = value;
  } else {
    *at = value;
  }
}

/// Vectors of 64 bytes: one register of AVX-512, two of AVX2, four of SSE2 and NEON. The same lanes, and so the same results, on each path.
template <typename T>
struct VectorOf {
  using Type __attribute__((vector_size(64))) = T;
  static constexpr size_t kLanes = 64 / sizeof(T);
};
template <typename T>
using Vector = typename VectorOf<T>::Type;

template <typename V>
SHOAL_INLINE V Load(const void* at) {
  V vector;
  memcpy(&vector, at, sizeof vector);
  return vector;
}

template <typename V>
SHOAL_INLINE void Store(void* at, const V& vector) {
  memcpy(at, &vector, sizeof vector);
}

/// Asks for what a pass in order reads 8 KiB later. The processor reads ahead by itself, but no further than the page that it is in, and
/// too little of it where much is done to each element or another core wants the memory as well. Past the end it asks for nothing.
SHOAL_INLINE void PrefetchAhead(const void* at) { __builtin_prefetch(static_cast<const char*>(at) + 8192); }

/// Eight elements as doubles.
template <typename T>
SHOAL_INLINE Vector<double> LoadDoubles(const T* at) {
  if constexpr (kSame<T, double>) {
    return Load<Vector<double>>(at);
  } else if constexpr (kSame<T, Half> || kSame<T, Clamped>) {
    Vector<double> vector;
    for (int lane = 0; lane < 8; ++lane) vector[lane] = Get(at + lane);
    return vector;
  } else {
    typedef T Eight __attribute__((vector_size(8 * sizeof(T))));
    return __builtin_convertvector(Load<Eight>(at), Vector<double>);
  }
}

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_ELEMENTS_H_
