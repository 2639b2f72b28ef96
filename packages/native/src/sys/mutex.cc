#include "sys/mutex.h"

#include "sys/held_mutexes.h"

namespace shoal {

LockResult Mutex::Hold(int result) {
  switch (result) {
    case 0:
      break;
    case EOWNERDEAD:
      // The mark first: who dies before the mutex is consistent leaves EOWNERDEAD to the next.
      poisoned_.store(1, std::memory_order_relaxed);
      mutex_.MakeConsistent();
      break;
    case EBUSY:
    case ETIMEDOUT:
      return LockResult::kBusy;
    case EDEADLK:
      return LockResult::kDeadlock;
    default:
      return LockResult::kFailed;
  }
  HeldMutexes::OfThisThread().Add(&mutex_, &poisoned_);
  return poisoned_.load(std::memory_order_relaxed) == 0 ? LockResult::kLocked : LockResult::kPoisoned;
}

bool Mutex::Unlock() {
  // Another thread has closed the segment: zeros. The mutex stays a node of this thread's list, so its memory has to stay as well.
  if (mutex_.Read() != MutexWord::kHeld) return false;
  if (!HeldMutexes::OfThisThread().Remove(&mutex_)) return false;
  mutex_.Unlock();
  return true;
}

bool Mutex::Repair() {
  if (!HeldMutexes::OfThisThread().Has(&mutex_)) return false;
  poisoned_.store(0, std::memory_order_relaxed);
  return true;
}

}  // namespace shoal
