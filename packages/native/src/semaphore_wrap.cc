#include "addon.h"
#include "sys/semaphore.h"
#include "word_call.h"

namespace shoal {
namespace {

// semaphoreInitialise(view, index, permits)
napi_value Initialise(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  if (!call.Read(env, info, sizeof(Semaphore))) return nullptr;
  call.At<Semaphore>()->Initialise(call.Integer(0));
  return nullptr;
}

// semaphoreAcquire(view, index, count, spinNs, timeoutMs)
napi_value Acquire(napi_env env, napi_callback_info info) {
  WordCall<3> call;
  if (!call.Read(env, info, sizeof(Semaphore))) return nullptr;
  return ToValue(env, call.At<Semaphore>()->Acquire(call.Integer(0), call.Nanoseconds(1), call.Milliseconds(2)));
}

// semaphoreRelease(view, index, count)
napi_value Release(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  if (!call.Read(env, info, sizeof(Semaphore))) return nullptr;
  return ToValue(env, call.At<Semaphore>()->Release(call.Integer(0)));
}

}  // namespace

void InitSemaphore(Napi::Env env, Napi::Object exports) {
  ExportFunction(env, exports, "semaphoreInitialise", Initialise);
  ExportFunction(env, exports, "semaphoreAcquire", Acquire);
  ExportFunction(env, exports, "semaphoreRelease", Release);
}

}  // namespace shoal
