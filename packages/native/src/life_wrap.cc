#include <cstring>

#include "addon.h"
#include "napi_error.h"
#include "sys/robust_mutex.h"
#include "word_call.h"

namespace shoal {
namespace {

// A false start leaves an exception behind.
bool ReadLife(WordCall<0>& call, napi_env env, napi_callback_info info) {
  if (!call.Read(env, info, kLifeBytes, alignof(std::max_align_t))) return false;
  if (RobustMutex::FutexWordOffset() >= 0) return true;
  ThrowSystemError(env, SysError{ENOSYS, "set_robust_list"});
  return false;
}

// Node unmaps buffers when an environment ends, before its thread does: a mutex held then would tear the thread's robust list.
class LifeUntilCleanup {
 public:
  LifeUntilCleanup(napi_env env, napi_value view, RobustMutex* life) : env_(env), life_(life) {
    napi_create_reference(env, view, 1, &view_);
    napi_add_env_cleanup_hook(env, [](void* self) { delete static_cast<LifeUntilCleanup*>(self); }, this);
  }

 private:
  // A free word is as dead as one whose owner died.
  ~LifeUntilCleanup() {
    life_->Unlock();
    napi_delete_reference(env_, view_);
  }

  napi_env env_;
  RobustMutex* life_;
  napi_ref view_ = nullptr;
};

// lifeEnter(view, index)
napi_value Enter(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadLife(call, env, info)) return nullptr;
  auto* life = call.At<RobustMutex>();
  // Initialising a held mutex again would cut the holder's robust list.
  if (life->Read() != MutexWord::kFree) return ThrowSystemError(env, SysError{EBUSY, "lifeEnter"});
  if (Status status = life->Initialise(); !status.ok()) return ThrowSystemError(env, status.error());
  if (const int failure = life->TryLock(); failure != 0) return ThrowSystemError(env, SysError{failure, "pthread_mutex_trylock"});
  new LifeUntilCleanup(env, call.view(), life);
  return nullptr;
}

// lifeAlive(view, index)
napi_value Alive(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadLife(call, env, info)) return nullptr;
  return ToValue(env, call.At<RobustMutex>()->Read() == MutexWord::kHeld);
}

// lifeReset(view, index)
napi_value Reset(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadLife(call, env, info)) return nullptr;
  auto* life = call.At<RobustMutex>();
  if (life->Read() == MutexWord::kHeld) return ThrowSystemError(env, SysError{EBUSY, "lifeReset"});
  if (life->Read() == MutexWord::kOwnerDied) {
    const int result = life->TryLock();
    if (result != EOWNERDEAD) return ThrowSystemError(env, SysError{result == 0 ? EBUSY : result, "pthread_mutex_trylock"});
    life->MakeConsistent();
    life->Unlock();
  }
  std::memset(static_cast<void*>(call.word()), 0, kLifeBytes);
  return nullptr;
}

}  // namespace

void InitLife(Napi::Env env, Napi::Object exports) {
  ExportFunction(env, exports, "lifeEnter", Enter);
  ExportFunction(env, exports, "lifeAlive", Alive);
  ExportFunction(env, exports, "lifeReset", Reset);
  exports.Set("kLifeBytes", static_cast<double>(kLifeBytes));
}

}  // namespace shoal
