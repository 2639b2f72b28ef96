#ifndef SHOAL_KERNELS_KEYS_AS_H_
#define SHOAL_KERNELS_KEYS_AS_H_

#include "kernels/ordered_keys.h"

namespace shoal::kernels {

/// How many keys are encoded at a time: they stay in the first-level cache.
inline constexpr size_t kKeyBatch = 1024;

/// Calls `f.template operator()<U>()` for the unsigned integer that is as wide as an element.
template <typename F>
auto ByWidth(ElementType type, F f) {
  switch (kBytesPerElement[static_cast<size_t>(type)]) {
    case 1:
      return f.template operator()<uint8_t>();
    case 2:
      return f.template operator()<uint16_t>();
    case 4:
      return f.template operator()<uint32_t>();
    default:
      return f.template operator()<uint64_t>();
  }
}

/// Calls `use(keys, first, count)` with the encoded keys, batch by batch.
template <typename U, typename F>
void ForKeys(ElementType type, bool descending, const void* elements, size_t count, F use) {
  const auto encode = Keys().encode[static_cast<size_t>(type)];
  U keys[kKeyBatch];
  for (size_t first = 0; first < count; first += kKeyBatch) {
    const size_t length = count - first < kKeyBatch ? count - first : kKeyBatch;
    encode(static_cast<const U*>(elements) + first, length, descending, keys);
    use(keys, first, length);
  }
}

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_KEYS_AS_H_
