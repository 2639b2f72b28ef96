#include "addon.h"
#include "kernel_call.h"
#include "kernels/reductions.h"
#include "kernels/sum.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

/// low + high · 2^64 as a bigint.
napi_value ToBigInt(napi_env env, __int128 low, __int128 high) {
  high += low >> 64;
  const bool negative = high < 0;
  uint64_t words[] = {static_cast<uint64_t>(low), static_cast<uint64_t>(high), static_cast<uint64_t>(high >> 64)};
  uint64_t carry = 1;
  for (uint64_t& word : words) {
    if (!negative) break;
    word = ~word + carry;
    carry = carry == 1 && word == 0 ? 1 : 0;
  }
  napi_value value = nullptr;
  napi_create_bigint_words(env, negative, 3, words, &value);
  return value;
}

/// A number where it is exact as one and the elements are numbers, else a bigint.
napi_value ToExact(napi_env env, ElementType type, __int128 low, __int128 high = 0) {
  constexpr __int128 kMaxSafe = (int64_t{1} << 53) - 1;
  if (IsBigInt(type) || high != 0 || low > kMaxSafe || low < -kMaxSafe) return ToBigInt(env, low, high);
  return ToDouble(env, static_cast<double>(static_cast<int64_t>(low)));
}

napi_value ToPair(napi_env env, napi_value first, napi_value second) {
  napi_value pair = nullptr;
  napi_create_array_with_length(env, 2, &pair);
  napi_set_element(env, pair, 0, first);
  napi_set_element(env, pair, 1, second);
  return pair;
}

/// Room for `count` doubles.
double* Doubles(KernelCall& call, size_t count) {
  const Elements out = call.View();
  if (out.type != ElementType::kFloat64 || out.count < count) call.Refuse();
  return out.as<double>();
}

// kernelSum(xs, start, end)
napi_value Sum(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  if (!call.ok()) return nullptr;
  kernels::Sum sum;
  kernels::Sums().plain[static_cast<size_t>(xs.type)](xs.data, xs.count, &sum);
  return IsFloat(xs.type) ? ToDouble(env, sum.real) : ToExact(env, xs.type, sum.whole);
}

// kernelSumCompensated(xs, start, end, out): out = [sum, lost]
napi_value SumCompensated(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  double* out = Doubles(call, 2);
  if (!IsFloat(xs.type)) call.Refuse();
  if (!call.ok()) return nullptr;
  kernels::Sum sum;
  kernels::Sums().compensated[static_cast<size_t>(xs.type)](xs.data, xs.count, &sum);
  out[0] = sum.real;
  out[1] = sum.lost;
  return nullptr;
}

// kernelMoments(xs, start, end, out): out = [count, mean, squares]
napi_value Moments(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  double* out = Doubles(call, 3);
  if (!call.ok()) return nullptr;
  kernels::Moments moments;
  kernels::Products().moments[static_cast<size_t>(xs.type)](xs.data, xs.count, &moments);
  out[0] = moments.count;
  out[1] = moments.mean;
  out[2] = moments.squares;
  return nullptr;
}

// kernelDot(xs, start, end, ys, ysStart)
napi_value Dot(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements ys = call.Beside(xs);
  if (!call.ok()) return nullptr;
  kernels::Product product;
  kernels::Products().dot[static_cast<size_t>(xs.type)](xs.data, ys.data, xs.count, &product);
  return IsFloat(xs.type) ? ToDouble(env, product.real) : ToExact(env, xs.type, product.low, product.high);
}

// kernelSquares(xs, start, end, out): out = [sum, scale]
napi_value Squares(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  double* out = Doubles(call, 2);
  if (!call.ok()) return nullptr;
  kernels::Squares squares;
  kernels::Products().squares[static_cast<size_t>(xs.type)](xs.data, xs.count, &squares);
  out[0] = squares.sum;
  out[1] = squares.scale;
  return nullptr;
}

// kernelWithin(xs, start, end, least, most)
napi_value Within(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const kernels::Element least = call.Scalar(xs.type);
  const kernels::Element most = call.Scalar(xs.type);
  if (!call.ok()) return nullptr;
  return ToDouble(env, static_cast<double>(kernels::Products().within[static_cast<size_t>(xs.type)](xs.data, xs.count, &least, &most)));
}

// kernelExtremes(xs, start, end): [least, greatest] of at least one element
napi_value Extremes(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  if (xs.count == 0) call.Refuse();
  if (!call.ok()) return nullptr;
  kernels::Extremes extremes;
  kernels::Extreme().both[static_cast<size_t>(xs.type)](xs.data, xs.count, &extremes);
  return ToPair(env, ToScalar(env, xs.type, extremes.least), ToScalar(env, xs.type, extremes.greatest));
}

// kernelFirst(xs, start, end, greatest): [element, how far from start] of at least one element
napi_value First(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const bool greatest = call.Flag();
  if (xs.count == 0) call.Refuse();
  if (!call.ok()) return nullptr;
  kernels::Found found;
  kernels::Extreme().first[static_cast<size_t>(xs.type)](xs.data, xs.count, greatest, &found);
  return ToPair(env, ToScalar(env, xs.type, found.element), ToDouble(env, static_cast<double>(found.index)));
}

}  // namespace

void InitReduction(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelSum", Sum);
  ExportFunction(env, exports, "kernelSumCompensated", SumCompensated);
  ExportFunction(env, exports, "kernelMoments", Moments);
  ExportFunction(env, exports, "kernelDot", Dot);
  ExportFunction(env, exports, "kernelSquares", Squares);
  ExportFunction(env, exports, "kernelWithin", Within);
  ExportFunction(env, exports, "kernelExtremes", Extremes);
  ExportFunction(env, exports, "kernelFirst", First);
}

}  // namespace shoal
