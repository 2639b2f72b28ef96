#ifndef SHOAL_KERNELS_KEY_OF_H_
#define SHOAL_KERNELS_KEY_OF_H_

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {

template <size_t kBytes>
struct KeyOfBytes;
template <>
struct KeyOfBytes<1> {
  using Type = uint8_t;
};
template <>
struct KeyOfBytes<2> {
  using Type = uint16_t;
};
template <>
struct KeyOfBytes<4> {
  using Type = uint32_t;
};
template <>
struct KeyOfBytes<8> {
  using Type = uint64_t;
};

/// The key of a T, from its bits and back.
template <typename T>
struct KeyOf {
  using U = typename KeyOfBytes<sizeof(T)>::Type;
  static constexpr U kAll = static_cast<U>(~U{0});
  static constexpr U kSign = static_cast<U>(U{1} << (sizeof(T) * 8 - 1));
  static constexpr bool kSigned = kSame<T, int8_t> || kSame<T, int16_t> || kSame<T, int32_t> || kSame<T, int64_t>;
  /// The bits of Infinity: greater ones, without the sign, are NaN.
  static constexpr U kInfinity = static_cast<U>(sizeof(T) == 8 ? 0x7ff0'0000'0000'0000 : sizeof(T) == 4 ? 0x7f80'0000 : 0x7c00);
  static constexpr U kNaN = static_cast<U>(sizeof(T) == 8 ? 0x7ff8'0000'0000'0000 : sizeof(T) == 4 ? 0x7fc0'0000 : 0x7e00);
  /// The keys of −0 and +0.
  static constexpr U kMinusZero = static_cast<U>(kSign - 1);
  static constexpr U kPlusZero = kSign;

  /// All bits if the sign bit of `bits` is set. Masks instead of conditions: loops over them become vectors.
  SHOAL_INLINE U SignMask(U bits) { return static_cast<U>(U{0} - static_cast<U>(bits >> (sizeof(U) * 8 - 1))); }

  /// `flip` is 0, or kAll for descending.
  SHOAL_INLINE U Encode(U bits, U flip) {
    if constexpr (kIsFloat<T>) {
      const U is_nan = static_cast<U>(U{0} - static_cast<U>(static_cast<U>(bits & static_cast<U>(~kSign)) > kInfinity));
      return static_cast<U>(static_cast<U>(bits ^ (SignMask(bits) | kSign) ^ flip) | is_nan);
    } else {
      return static_cast<U>(bits ^ flip ^ (kSigned ? kSign : 0));
    }
  }

  SHOAL_INLINE U Decode(U key, U flip) {
    if constexpr (kIsFloat<T>) {
      const U turned = static_cast<U>(key ^ flip);
      const U bits = static_cast<U>(turned ^ (static_cast<U>(~SignMask(turned)) | kSign));
      return key == kAll ? kNaN : bits;
    } else {
      return static_cast<U>(key ^ flip ^ (kSigned ? kSign : 0));
    }
  }

  SHOAL_INLINE U Flip(bool descending) { return descending ? kAll : U{0}; }

  /// −0 becomes +0: keys of elements that are equal are equal.
  SHOAL_INLINE U Equal(U key) {
    if constexpr (kIsFloat<T>) return key == kMinusZero ? kPlusZero : key;
    return key;
  }
};

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_KEY_OF_H_
