#include "kernel_call.h"

#include <cmath>
#include <cstring>

#define SHOAL_PATH portable
#include "kernels/elements.h"

namespace shoal {
namespace {

template <typename T>
kernels::Element ElementOf(T value) {
  kernels::Element element{};
  memcpy(element.bytes, &value, sizeof value);
  return element;
}

template <typename T>
T ValueIn(const kernels::Element& element) {
  T value;
  memcpy(&value, element.bytes, sizeof value);
  return value;
}

}  // namespace

kernels::Element KernelCall::Scalar(kernels::ElementType type) {
  using kernels::ElementType;
  bool lossless;
  if (type == ElementType::kBigInt64) {
    int64_t value = 0;
    if (napi_get_value_bigint_int64(env_, Next(), &value, &lossless) != napi_ok) Refuse();
    return ElementOf(value);
  }
  if (type == ElementType::kBigUint64) {
    uint64_t value = 0;
    if (napi_get_value_bigint_uint64(env_, Next(), &value, &lossless) != napi_ok) Refuse();
    return ElementOf(value);
  }
  const double number = Number();
  if (type == ElementType::kFloat64) return ElementOf(number);
  if (type == ElementType::kFloat32) return ElementOf(static_cast<float>(number));
  if (type == ElementType::kFloat16) return ElementOf(kernels::portable::Narrow(number));
  const int64_t whole = std::fabs(number) < 0x1p62 ? static_cast<int64_t>(number) : 0;
  // The low bytes are those of the narrower types.
  return ElementOf(whole);
}

kernels::Element KernelCall::Factor(kernels::ElementType type) { return IsFloat(type) ? ElementOf(Number()) : Scalar(type); }

napi_value ToDouble(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value ToScalar(napi_env env, kernels::ElementType type, const kernels::Element& element) {
  using kernels::ElementType;
  napi_value value = nullptr;
  switch (type) {
    case ElementType::kInt8:
      return ToDouble(env, ValueIn<int8_t>(element));
    case ElementType::kUint8:
    case ElementType::kUint8Clamped:
      return ToDouble(env, ValueIn<uint8_t>(element));
    case ElementType::kInt16:
      return ToDouble(env, ValueIn<int16_t>(element));
    case ElementType::kUint16:
      return ToDouble(env, ValueIn<uint16_t>(element));
    case ElementType::kInt32:
      return ToDouble(env, ValueIn<int32_t>(element));
    case ElementType::kUint32:
      return ToDouble(env, ValueIn<uint32_t>(element));
    case ElementType::kFloat16:
      return ToDouble(env, kernels::portable::Widen(ValueIn<kernels::portable::Half>(element)));
    case ElementType::kFloat32:
      return ToDouble(env, ValueIn<float>(element));
    case ElementType::kFloat64:
      return ToDouble(env, ValueIn<double>(element));
    case ElementType::kBigInt64:
      napi_create_bigint_int64(env, ValueIn<int64_t>(element), &value);
      return value;
    case ElementType::kBigUint64:
      napi_create_bigint_uint64(env, ValueIn<uint64_t>(element), &value);
      return value;
  }
  return value;
}

}  // namespace shoal
