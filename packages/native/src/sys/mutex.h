#ifndef SHOAL_SYS_MUTEX_H_
#define SHOAL_SYS_MUTEX_H_

#include <chrono>

#include "sys/robust_mutex.h"

namespace shoal {

enum class LockResult { kLocked = 0, kPoisoned = 1, kBusy = 2, kDeadlock = 3, kFailed = 4 };

/// A robust mutex, and a mark that its owner died until somebody has repaired what it guards.
class Mutex {
 public:
  /// Over zeros; see RobustMutex.
  Status Initialise() { return mutex_.Initialise(); }

  /// kPoisoned: locked as well.
  LockResult Lock(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) { return Hold(mutex_.Lock(spin, timeout)); }
  LockResult TryLock() { return Hold(mutex_.TryLock()); }

  /// False when this thread does not hold it.
  bool Unlock();

  /// False when this thread does not hold it.
  bool Repair();

  bool poisoned() const { return poisoned_.load(std::memory_order_acquire) != 0; }
  RobustMutex* robust() { return &mutex_; }

 private:
  LockResult Hold(int result);

  Word poisoned_;
  Word reserved_;
  RobustMutex mutex_;
};

static_assert(sizeof(Mutex) <= 8 + kMutexBytes);

}  // namespace shoal

#endif  // SHOAL_SYS_MUTEX_H_
