#include "addon.h"
#include "word_call.h"

namespace shoal {
namespace {

// futexWait(view, index, expected, timeoutMs)
napi_value Wait(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, static_cast<int32_t>(FutexWait(call.word(), call.Integer(0), call.Milliseconds(1))));
}

// futexWake(view, index, count)
napi_value Wake(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, FutexWake(call.word(), call.Integer(0)));
}

// waitWhile(view, index, expected, spinNs, timeoutMs)
napi_value WaitWhileEqual(napi_env env, napi_callback_info info) {
  WordCall<3> call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, WaitWhile(call.word(), call.Integer(0), call.Nanoseconds(1), call.Milliseconds(2)));
}

// spinYielding(view, index, expected, spinNs)
napi_value SpinYielding(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, SpinWhile(call.word(), call.Integer(0), call.Nanoseconds(1), std::chrono::nanoseconds(0)));
}

}  // namespace

void InitFutex(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "futexWait", Wait);
  ExportFunction(env, exports, "futexWake", Wake);
  ExportFunction(env, exports, "waitWhile", WaitWhileEqual);
  ExportFunction(env, exports, "spinYielding", SpinYielding);
}

}  // namespace shoal
