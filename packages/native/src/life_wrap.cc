#include <cstring>

#include "addon.h"
#include "sys/held_mutexes.h"
#include "sys/robust_mutex.h"
#include "system_error.h"
#include "word_call.h"

namespace shoal {
namespace {

// One cache line, so that watching one member does not slow its neighbours.
constexpr size_t kLifeBytes = 64;
static_assert(kMutexBytes <= kLifeBytes);

// A false start leaves an exception behind.
bool ReadLife(WordCall<0>& call, napi_env env, napi_callback_info info) {
  if (!call.Read(env, info, kLifeBytes, alignof(std::max_align_t))) return false;
  const Status& usable = RobustMutex::Usable();
  if (!usable.ok()) ThrowSystemError(env, usable.error());
  return usable.ok();
}

// lifeEnter(view, index)
napi_value Enter(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadLife(call, env, info)) return nullptr;
  auto* life = call.At<RobustMutex>();
  // Initialising a held mutex again would cut the holder's robust list.
  if (life->Read() != MutexWord::kFree) return ThrowSystemError(env, SysError{EBUSY, "lifeEnter"});
  if (Status status = life->Initialise(); !status.ok()) return ThrowSystemError(env, status.error());
  if (const int failure = life->TryLock(); failure != 0) return ThrowSystemError(env, SysError{failure, "pthread_mutex_trylock"});
  HeldMutexes::OfThisThread().Add(life, nullptr);
  // Never deleted: the memory has to stay for as long as the environment.
  napi_ref kept;
  napi_create_reference(env, call.view(), 1, &kept);
  return nullptr;
}

// lifeWord(): which word of a life the kernel marks
napi_value MarkedWord(napi_env env, napi_callback_info) {
  const Status& usable = RobustMutex::Usable();
  if (!usable.ok()) return ThrowSystemError(env, usable.error());
  return ToValue(env, static_cast<int32_t>(RobustMutex::FutexWordOffset() / sizeof(Word)));
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

void InitLife(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "lifeEnter", Enter);
  ExportFunction(env, exports, "lifeWord", MarkedWord);
  ExportFunction(env, exports, "lifeReset", Reset);
  ExportNumber(env, exports, "kLifeBytes", kLifeBytes);
}

}  // namespace shoal
