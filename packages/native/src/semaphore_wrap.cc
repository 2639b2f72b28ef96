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

napi_value Acquire(napi_env env, napi_callback_info info) {
  PlaceCall<Semaphore, 3> semaphore;
  if (!semaphore.Read(env, info)) return nullptr;
  return ToValue(env, semaphore->Acquire(semaphore.Integer(0), semaphore.Nanoseconds(1), semaphore.Milliseconds(2)));
}

napi_value Release(napi_env env, napi_callback_info info) {
  PlaceCall<Semaphore, 1> semaphore;
  return semaphore.Read(env, info) ? ToValue(env, semaphore->Release(semaphore.Integer(0))) : nullptr;
}

// semaphoreAcquireAt(view, index): a function (count, spinNs, timeoutMs). semaphoreReleaseAt(view, index): a function (count).
template <size_t kNumbers, napi_callback kCallback>
napi_value FunctionAt(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!call.Read(env, info, sizeof(Semaphore))) return nullptr;
  return PlaceCall<Semaphore, kNumbers>::Function(env, call, kCallback);
}

}  // namespace

void InitSemaphore(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "semaphoreInitialise", Initialise);
  ExportFunction(env, exports, "semaphoreAcquireAt", FunctionAt<3, Acquire>);
  ExportFunction(env, exports, "semaphoreReleaseAt", FunctionAt<1, Release>);
}

}  // namespace shoal
