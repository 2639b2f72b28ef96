#include "addon.h"
#include "kernel_call.h"
#include "kernels/random.h"
#include "word_call.h"

namespace shoal {
namespace {

// kernelRandom(into, start, end, sequence: BigUint64Array [seed, stream, first, span], bounds: Float64Array [low, high])
napi_value Fill(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const kernels::Elements whole = call.View();
  const double start = call.Number();
  const double end = call.Number();
  const kernels::Elements sequence = call.View();
  const kernels::Elements bounds = call.View();
  const bool inside = start >= 0 && start <= end && end <= static_cast<double>(whole.count);
  const bool typed = sequence.type == kernels::ElementType::kBigUint64 && bounds.type == kernels::ElementType::kFloat64;
  if (!inside || !typed || sequence.count < 4 || bounds.count < 2) call.Refuse();
  if (!call.ok()) return nullptr;
  const uint64_t* words = sequence.as<uint64_t>();
  const double* range = bounds.as<double>();
  const auto first = static_cast<size_t>(start);
  char* data = whole.as<char>() + first * kernels::kBytesPerElement[static_cast<size_t>(whole.type)];
  kernels::Random().fill({whole.type, data, static_cast<size_t>(end) - first}, first, words[0], words[1],
                         {range[0], range[1], words[2], words[3]});
  return nullptr;
}

}  // namespace

void InitRandom(napi_env env, napi_value exports) { ExportFunction(env, exports, "kernelRandom", Fill); }

}  // namespace shoal
