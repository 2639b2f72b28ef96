#include "addon.h"
#include "kernel_call.h"
#include "kernels/sum.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

bool IsFloat(ElementType type) { return type == ElementType::kFloat16 || type == ElementType::kFloat32 || type == ElementType::kFloat64; }

bool IsBigInt(ElementType type) { return type == ElementType::kBigInt64 || type == ElementType::kBigUint64; }

napi_value ToDouble(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value ToBigInt(napi_env env, __int128 number) {
  const bool negative = number < 0;
  const auto magnitude = negative ? -static_cast<unsigned __int128>(number) : static_cast<unsigned __int128>(number);
  const uint64_t words[] = {static_cast<uint64_t>(magnitude), static_cast<uint64_t>(magnitude >> 64)};
  napi_value value = nullptr;
  napi_create_bigint_words(env, negative, 2, words, &value);
  return value;
}

/// A number where it is exact as one and the elements are numbers, else a bigint.
napi_value ToExact(napi_env env, ElementType type, __int128 number) {
  constexpr __int128 kMaxSafe = (int64_t{1} << 53) - 1;
  if (IsBigInt(type) || number > kMaxSafe || number < -kMaxSafe) return ToBigInt(env, number);
  return ToDouble(env, static_cast<double>(static_cast<int64_t>(number)));
}

// kernelSum(view, start, end)
napi_value Sum(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  if (!call.ok()) return nullptr;
  kernels::Sum sum;
  kernels::Sums().plain[static_cast<size_t>(xs.type)](xs.data, xs.count, &sum);
  return IsFloat(xs.type) ? ToDouble(env, sum.real) : ToExact(env, xs.type, sum.whole);
}

// kernelSumCompensated(view, start, end, out: Float64Array): out = [sum, lost]
napi_value SumCompensated(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements out = call.View();
  if (!call.ok()) return nullptr;
  if (!IsFloat(xs.type) || out.type != ElementType::kFloat64 || out.count < 2) return call.Refuse(), nullptr;
  kernels::Sum sum;
  kernels::Sums().compensated[static_cast<size_t>(xs.type)](xs.data, xs.count, &sum);
  out.as<double>()[0] = sum.real;
  out.as<double>()[1] = sum.lost;
  return nullptr;
}

}  // namespace

void InitReduction(Napi::Env env, Napi::Object exports) {
  ExportFunction(env, exports, "kernelSum", Sum);
  ExportFunction(env, exports, "kernelSumCompensated", SumCompensated);
}

}  // namespace shoal
