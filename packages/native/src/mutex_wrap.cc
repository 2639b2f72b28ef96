#include "addon.h"
#include "sys/held_mutexes.h"
#include "sys/mutex.h"
#include "system_error.h"
#include "word_call.h"

namespace shoal {
namespace {

template <size_t kNumbers>
bool ReadMutex(WordCall<kNumbers>& call, napi_env env, napi_callback_info info) {
  return call.Read(env, info, sizeof(Mutex), alignof(Mutex));
}

// mutexInitialise(view, index)
napi_value Initialise(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadMutex(call, env, info)) return nullptr;
  if (const Status& usable = RobustMutex::Usable(); !usable.ok()) return ThrowSystemError(env, usable.error());
  Status status = call.At<Mutex>()->Initialise();
  if (!status.ok()) return ThrowSystemError(env, status.error());
  return nullptr;
}

// mutexLock(view, index, spinNs, timeoutMs)
napi_value Lock(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  if (!ReadMutex(call, env, info)) return nullptr;
  return ToValue(env, static_cast<int32_t>(call.At<Mutex>()->Lock(call.Nanoseconds(0), call.Milliseconds(1))));
}

napi_value TryLock(napi_env env, napi_callback_info info) {
  PlaceCall<Mutex, 0> mutex;
  return mutex.Read(env, info) ? ToValue(env, static_cast<int32_t>(mutex->TryLock())) : nullptr;
}

napi_value Unlock(napi_env env, napi_callback_info info) {
  PlaceCall<Mutex, 0> mutex;
  return mutex.Read(env, info) ? ToValue(env, mutex->Unlock()) : nullptr;
}

// mutexTryLockAt(view, index), mutexUnlockAt(view, index): functions without arguments.
template <napi_callback kCallback>
napi_value FunctionAt(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  return ReadMutex(call, env, info) ? PlaceCall<Mutex, 0>::Function(env, call, kCallback) : nullptr;
}

// mutexRepair(view, index)
napi_value Repair(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadMutex(call, env, info)) return nullptr;
  return ToValue(env, call.At<Mutex>()->Repair());
}

// mutexAnnounce(view, index)
napi_value Announce(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadMutex(call, env, info)) return nullptr;
  return ToValue(env, call.At<Mutex>()->robust()->Announce());
}

// mutexFutexWord(): how many words the futex word lies behind the mutex.
napi_value FutexWord(napi_env env, napi_callback_info) {
  if (const Status& usable = RobustMutex::Usable(); !usable.ok()) return ThrowSystemError(env, usable.error());
  return ToValue(env, static_cast<int32_t>((2 * sizeof(Word) + RobustMutex::FutexWordOffset()) / sizeof(Word)));
}

}  // namespace

void InitMutex(napi_env env, napi_value exports) {
  // Node aborts when a hook comes twice with the same argument, as when a program loads the addon by two paths: each load has its own env.
  napi_add_env_cleanup_hook(env, [](void*) { HeldMutexes::OfThisThread().Abandon(); }, env);
  ExportFunction(env, exports, "mutexInitialise", Initialise);
  ExportFunction(env, exports, "mutexLock", Lock);
  ExportFunction(env, exports, "mutexTryLockAt", FunctionAt<TryLock>);
  ExportFunction(env, exports, "mutexUnlockAt", FunctionAt<Unlock>);
  ExportFunction(env, exports, "mutexRepair", Repair);
  ExportFunction(env, exports, "mutexAnnounce", Announce);
  ExportFunction(env, exports, "mutexFutexWord", FutexWord);
}

}  // namespace shoal
