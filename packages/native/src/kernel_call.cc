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

}  // namespace shoal
