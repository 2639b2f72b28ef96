#include "addon.h"
#include "sys/read_write_lock.h"
#include "system_error.h"
#include "word_call.h"

namespace shoal {
namespace {

constexpr size_t kHead = sizeof(ReadWriteLock);

size_t BytesOf(double slots) { return kHead + static_cast<size_t>(slots) * sizeof(ReadWriteLock::Slot); }

/// (view, index, …): the lock with all its slots, whose number it says itself.
template <size_t kNumbers>
ReadWriteLock* ReadLock(WordCall<kNumbers>& call, napi_env env, napi_callback_info info) {
  if (!call.Read(env, info, kHead, alignof(ReadWriteLock))) return nullptr;
  const size_t bytes = BytesOf(call.template At<ReadWriteLock>()->slots());
  return call.Read(env, info, bytes, alignof(ReadWriteLock)) ? call.template At<ReadWriteLock>() : nullptr;
}

// rwlockInitialise(view, index, slots)
napi_value Initialise(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  if (!call.Read(env, info, kHead, alignof(ReadWriteLock))) return nullptr;
  const int32_t slots = call.Integer(0);
  if (slots < 1 || !call.Read(env, info, BytesOf(slots), alignof(ReadWriteLock))) return nullptr;
  if (const Status& usable = RobustMutex::Usable(); !usable.ok()) return ThrowSystemError(env, usable.error());
  Status status = call.At<ReadWriteLock>()->Initialise(slots);
  if (!status.ok()) return ThrowSystemError(env, status.error());
  return nullptr;
}

// rwlockRead(view, index, hint, timeoutMs)
napi_value Read(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  ReadWriteLock* lock = ReadLock(call, env, info);
  return lock == nullptr ? nullptr : ToValue(env, lock->Read(static_cast<uint32_t>(call.Integer(0)) % lock->slots(), call.Milliseconds(1)));
}

// rwlockEndRead(view, index, slot)
napi_value EndRead(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  ReadWriteLock* lock = ReadLock(call, env, info);
  return lock == nullptr ? nullptr : ToValue(env, lock->EndRead(call.Integer(0)));
}

// rwlockBeginWrite(view, index, spinNs, timeoutMs)
napi_value BeginWrite(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  ReadWriteLock* lock = ReadLock(call, env, info);
  if (lock == nullptr) return nullptr;
  return ToValue(env, static_cast<int32_t>(lock->BeginWrite(call.Nanoseconds(0), call.Milliseconds(1))));
}

// rwlockDrain(view, index, slot, timeoutMs)
napi_value Drain(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  ReadWriteLock* lock = ReadLock(call, env, info);
  return lock == nullptr ? nullptr : ToValue(env, static_cast<int32_t>(lock->Drain(call.Integer(0), call.Milliseconds(1))));
}

// rwlockEndWrite(view, index)
napi_value EndWrite(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  ReadWriteLock* lock = ReadLock(call, env, info);
  return lock == nullptr ? nullptr : ToValue(env, lock->EndWrite());
}

/// Of (view, index, slot): null after throwing.
RobustMutex* ReadMutex(WordCall<1>& call, napi_env env, napi_callback_info info) {
  ReadWriteLock* lock = ReadLock(call, env, info);
  if (lock == nullptr) return nullptr;
  if (call.Integer(0) < static_cast<int32_t>(lock->slots())) return lock->mutex(call.Integer(0));
  napi_throw_range_error(env, nullptr, "Expected a slot of the lock");
  return nullptr;
}

// rwlockAnnounce(view, index, slot): as mutexAnnounce, for the mutex of a reader's slot or, −1, of the writers.
napi_value Announce(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  RobustMutex* mutex = ReadMutex(call, env, info);
  return mutex == nullptr ? nullptr : ToValue(env, mutex->Announce());
}

// rwlockFutexWord(view, index, slot): how many words that mutex's futex word lies behind the lock.
napi_value FutexWord(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  RobustMutex* mutex = ReadMutex(call, env, info);
  return mutex == nullptr ? nullptr : ToValue(env, static_cast<int32_t>(mutex->futex_word() - call.word()));
}

// rwlockRepair(view, index)
napi_value Repair(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  ReadWriteLock* lock = ReadLock(call, env, info);
  return lock == nullptr ? nullptr : ToValue(env, lock->Repair());
}

}  // namespace

void InitReadWriteLock(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "rwlockInitialise", Initialise);
  ExportFunction(env, exports, "rwlockRead", Read);
  ExportFunction(env, exports, "rwlockEndRead", EndRead);
  ExportFunction(env, exports, "rwlockBeginWrite", BeginWrite);
  ExportFunction(env, exports, "rwlockDrain", Drain);
  ExportFunction(env, exports, "rwlockEndWrite", EndWrite);
  ExportFunction(env, exports, "rwlockAnnounce", Announce);
  ExportFunction(env, exports, "rwlockFutexWord", FutexWord);
  ExportFunction(env, exports, "rwlockRepair", Repair);
}

}  // namespace shoal
