#include "addon.h"
#include "kernel_call.h"
#include "kernels/elementwise.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;

// kernelFill(into, start, end, value)
napi_value Fill(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements into = call.Part();
  const kernels::Element value = call.Scalar(into.type);
  if (!call.ok()) return nullptr;
  kernels::Elementwise().fill[static_cast<size_t>(into.type)](into.data, into.count, &value);
  return nullptr;
}

}  // namespace

void InitElementwise(Napi::Env env, Napi::Object exports) { ExportFunction(env, exports, "kernelFill", Fill); }

}  // namespace shoal
