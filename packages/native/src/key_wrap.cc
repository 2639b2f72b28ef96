#include "addon.h"
#include "kernel_call.h"
#include "kernels/bucket_plan.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

/// Reads (…, descending, out: BigUint64Array) and stores what `survey(descending)` tells about `xs`; nothing of no element.
template <typename F>
napi_value Tell(KernelCall& call, const Elements& xs, F survey) {
  const bool descending = call.Flag();
  const Elements out = call.View(ElementType::kBigUint64, 5);
  if (call.ok() && xs.count > 0) *static_cast<kernels::KeySurvey*>(out.data) = survey(descending);
  return nullptr;
}

// kernelSurveyKeys(view, start, end, descending, out: BigUint64Array): out = [least, most, first, last, is sorted]; nothing of no element
napi_value Survey(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  return Tell(call, xs,
              [&xs](bool descending) { return kernels::Keys().survey[static_cast<size_t>(xs.type)](xs.data, xs.count, descending); });
}

// kernelSampleKeys(view, descending, out: BigUint64Array): the same of a sample
napi_value Sample(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.View();
  return Tell(call, xs, [&xs](bool descending) { return kernels::SampleKeys(xs.type, descending, xs.data, xs.count); });
}

// kernelDecodeKey(view, key, descending): view[0] becomes the element of this key
napi_value DecodeKey(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements one = call.View();
  const kernels::Element key = call.Scalar(ElementType::kBigUint64);
  const bool descending = call.Flag();
  if (!call.ok() || one.count < 1) return call.Refuse(), nullptr;
  // The low bytes are those of the narrower types.
  kernels::Keys().decode[static_cast<size_t>(one.type)](key.bytes, 1, descending, one.data);
  return nullptr;
}

}  // namespace

void InitKeys(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelSurveyKeys", Survey);
  ExportFunction(env, exports, "kernelSampleKeys", Sample);
  ExportFunction(env, exports, "kernelDecodeKey", DecodeKey);
}

}  // namespace shoal
