#include "addon.h"
#include "kernel_call.h"
#include "kernels/elementwise.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;

const kernels::ElementwiseTable& Table() { return kernels::Elementwise(); }

// kernelFill(into, start, end, value)
napi_value Fill(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements into = call.Part();
  const kernels::Element value = call.Scalar(into.type);
  if (!call.ok()) return nullptr;
  Table().fill[static_cast<size_t>(into.type)](into.data, into.count, &value);
  return nullptr;
}

// kernelIota(into, start, end, index of the element at start, first, step)
napi_value Iota(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements into = call.Part();
  const double index = call.Number();
  const kernels::Element first = call.Factor(into.type);
  const kernels::Element step = call.Factor(into.type);
  if (!call.ok()) return nullptr;
  Table().iota[static_cast<size_t>(into.type)](into.data, into.count, index, &first, &step);
  return nullptr;
}

// kernelScale(xs, start, end, into, intoStart, factor)
napi_value Scale(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements into = call.Beside(xs);
  const kernels::Element factor = call.Factor(xs.type);
  if (!call.ok()) return nullptr;
  Table().scale[static_cast<size_t>(xs.type)](into.data, xs.data, xs.count, &factor);
  return nullptr;
}

// kernelAxpy(ys, start, end, xs, xsStart, factor)
napi_value Axpy(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements ys = call.Part();
  const Elements xs = call.Beside(ys);
  const kernels::Element factor = call.Factor(ys.type);
  if (!call.ok()) return nullptr;
  Table().axpy[static_cast<size_t>(ys.type)](ys.data, xs.data, ys.count, &factor);
  return nullptr;
}

// kernelAdd(xs, start, end, ys, ysStart, into, intoStart)
napi_value Add(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements ys = call.Beside(xs);
  const Elements into = call.Beside(xs);
  if (!call.ok()) return nullptr;
  Table().add[static_cast<size_t>(xs.type)](into.data, xs.data, ys.data, xs.count);
  return nullptr;
}

// kernelMultiply(xs, start, end, ys, ysStart, into, intoStart)
napi_value Multiply(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements ys = call.Beside(xs);
  const Elements into = call.Beside(xs);
  if (!call.ok()) return nullptr;
  Table().multiply[static_cast<size_t>(xs.type)](into.data, xs.data, ys.data, xs.count);
  return nullptr;
}

// kernelClamp(xs, start, end, into, intoStart, least, most)
napi_value Clamp(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements into = call.Beside(xs);
  const kernels::Element least = call.Scalar(xs.type);
  const kernels::Element most = call.Scalar(xs.type);
  if (!call.ok()) return nullptr;
  Table().clamp[static_cast<size_t>(xs.type)](into.data, xs.data, xs.count, &least, &most);
  return nullptr;
}

// kernelConvert(xs, start, end, into, intoStart)
napi_value Convert(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements into = call.Beside(xs.count);
  if (!call.ok()) return nullptr;
  kernels::Convert(xs, into);
  return nullptr;
}

}  // namespace

void InitElementwise(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelFill", Fill);
  ExportFunction(env, exports, "kernelIota", Iota);
  ExportFunction(env, exports, "kernelScale", Scale);
  ExportFunction(env, exports, "kernelAxpy", Axpy);
  ExportFunction(env, exports, "kernelAdd", Add);
  ExportFunction(env, exports, "kernelMultiply", Multiply);
  ExportFunction(env, exports, "kernelClamp", Clamp);
  ExportFunction(env, exports, "kernelConvert", Convert);
}

}  // namespace shoal
