#include "addon.h"
#include "kernel_call.h"
#include "kernels/histogram.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

/// The weights of a part: (Float64Array | undefined, start).
const double* Weights(KernelCall& call, size_t count) {
  const Elements view = call.ViewOrNone();
  const double start = call.Number();
  if (view.data == nullptr) return nullptr;
  if (view.type != ElementType::kFloat64 || !(start >= 0 && start + static_cast<double>(count) <= static_cast<double>(view.count))) {
    call.Refuse();
    return nullptr;
  }
  return view.as<double>() + static_cast<size_t>(start);
}

void ThrowNoMemory(napi_env env) { napi_throw_error(env, "ENOMEM", "ENOMEM: not enough memory, the counts of a histogram"); }

// kernelHistogram(view, start, end, weights | undefined, start, edges: Float64Array, counts: Float64Array): adds to counts
napi_value Histogram(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const double* weights = Weights(call, xs.count);
  const Elements edges = call.View();
  const Elements counts = call.View();
  const bool fits = edges.type == ElementType::kFloat64 && counts.type == ElementType::kFloat64 && edges.count == counts.count + 1 &&
                    counts.count > 0 && counts.count < (size_t{1} << 31);
  if (!call.ok() || !fits) return call.Refuse(), nullptr;
  const kernels::Bins bins{edges.as<double>(), counts.count};
  if (!kernels::Histograms().histogram[static_cast<size_t>(xs.type)](xs.data, xs.count, weights, bins, counts.as<double>())) {
    ThrowNoMemory(env);
  }
  return nullptr;
}

// kernelBincount(view, start, end, weights | undefined, start, counts: Float64Array): adds to counts; one more than the greatest element,
// or more than there are counts where an element has none
napi_value Bincount(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const double* weights = Weights(call, xs.count);
  const Elements counts = call.View();
  if (!call.ok() || counts.type != ElementType::kFloat64 || counts.count >= (size_t{1} << 31)) return call.Refuse(), nullptr;
  const size_t used =
      kernels::Histograms().bincount[static_cast<size_t>(xs.type)](xs.data, xs.count, weights, counts.count, counts.as<double>());
  if (used == kernels::kNoMemory) return ThrowNoMemory(env), nullptr;
  napi_value number = nullptr;
  napi_create_double(env, static_cast<double>(used), &number);
  return number;
}

}  // namespace

void InitHistogram(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelHistogram", Histogram);
  ExportFunction(env, exports, "kernelBincount", Bincount);
}

}  // namespace shoal
