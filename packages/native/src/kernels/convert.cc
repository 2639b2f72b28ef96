#include "kernels/elements.h"
#include "kernels/elementwise.h"

namespace shoal::kernels {
namespace SHOAL_PATH {
namespace {

/// Truncated and modulo 2^64, as ToInt32 and its like do; 0 for NaN and infinities.
SHOAL_INLINE uint64_t Truncate(double x) {
  if (x > -0x1p63 && x < 0x1p63) return static_cast<uint64_t>(static_cast<int64_t>(x));
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int shift = static_cast<int>(bits >> 52 & 0x7ff) - 1023 - 52;
  if (shift >= 64) return 0;
  const uint64_t magnitude = ((bits & 0xf'ffff'ffff'ffff) | 0x10'0000'0000'0000) << shift;
  return bits >> 63 != 0 ? -magnitude : magnitude;
}

/// To the nearest byte, ties to even; NaN is 0.
SHOAL_INLINE uint8_t Saturate(double x) {
  if (!(x > 0)) return 0;
  return x < 255 ? static_cast<uint8_t>((x + 0x1p52) - 0x1p52) : 255;
}

template <typename To, typename From>
SHOAL_INLINE To ConvertOne(From from) {
  const Value<From> x = Get(&from);
  if constexpr (kSame<To, From>) {
    return from;
  } else if constexpr (kSame<To, Clamped>) {
    if constexpr (kIsFloat<From>) {
      return {Saturate(x)};
    } else {
      return {static_cast<uint8_t>(x < 0 ? 0 : x > 255 ? 255 : x)};
    }
  } else if constexpr (kSame<To, Half>) {
    return Narrow(static_cast<double>(x));
  } else if constexpr (kSame<To, float> && sizeof(From) == 8) {
    // By way of a number, as a store does.
    return static_cast<float>(static_cast<double>(x));
  } else if constexpr (kIsFloat<To>) {
    return static_cast<To>(x);
  } else if constexpr (kIsFloat<From>) {
    return static_cast<To>(Truncate(x));
  } else {
    return static_cast<To>(x);
  }
}

template <typename To, typename From>
void ConvertAll(const void* from, void* into, size_t count) {
  const From* xs = static_cast<const From*>(from);
  To* out = static_cast<To*>(into);
  for (size_t i = 0; i < count; ++i) out[i] = ConvertOne<To>(xs[i]);
}

template <typename From>
struct Conversions {
  template <typename To>
  static constexpr auto kTo = ConvertAll<To, From>;
  static constexpr void (*kAll[kElementTypes])(const void*, void*, size_t) = {SHOAL_EACH_TYPE(kTo)};
};

template <typename From>
constexpr auto kFrom = Conversions<From>::kAll;

}  // namespace
}  // namespace SHOAL_PATH

void Convert(const Elements& from, const Elements& into) {
  using namespace SHOAL_PATH;
  static constexpr void (*const* kConversions[kElementTypes])(const void*, void*, size_t) = {SHOAL_EACH_TYPE(kFrom)};
  kConversions[static_cast<size_t>(from.type)][static_cast<size_t>(into.type)](from.data, into.data, from.count);
}

}  // namespace shoal::kernels
