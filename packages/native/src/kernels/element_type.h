#ifndef SHOAL_KERNELS_ELEMENT_TYPE_H_
#define SHOAL_KERNELS_ELEMENT_TYPE_H_

#include <cstddef>
#include <cstdint>

namespace shoal::kernels {

/// The element types of typed arrays, numbered as `napi_typedarray_type` numbers them.
enum class ElementType : uint8_t {
  kInt8,
  kUint8,
  kUint8Clamped,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kFloat32,
  kFloat64,
  kBigInt64,
  kBigUint64,
  kFloat16,
};
inline constexpr size_t kElementTypes = 12;
inline constexpr uint8_t kBytesPerElement[kElementTypes] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};

constexpr size_t BytesOf(ElementType type) { return kBytesPerElement[static_cast<size_t>(type)]; }

constexpr bool IsFloat(ElementType type) {
  return type == ElementType::kFloat16 || type == ElementType::kFloat32 || type == ElementType::kFloat64;
}

/// One element of any type, in its first bytes.
struct Element {
  alignas(8) unsigned char bytes[8];
};

/// The elements `[data, data + count)`; not aligned to more than one element.
struct Elements {
  ElementType type;
  void* data;
  size_t count;

  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_ELEMENT_TYPE_H_
