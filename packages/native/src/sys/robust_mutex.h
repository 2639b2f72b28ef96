#ifndef SHOAL_SYS_ROBUST_MUTEX_H_
#define SHOAL_SYS_ROBUST_MUTEX_H_

#include <pthread.h>

#include <chrono>

#include "sys/futex.h"
#include "sys/result.h"

namespace shoal {

/// Room for a robust mutex on every platform.
constexpr size_t kMutexBytes = 48;
static_assert(sizeof(pthread_mutex_t) <= kMutexBytes);

enum class MutexWord { kFree, kHeld, kOwnerDied };

/// A robust, process-shared mutex in shared memory. The kernel marks its futex word when the thread that holds it ends, however it ends.
/// The memory must stay mapped for as long as a thread holds it: it is a node in that thread's robust list.
class RobustMutex {
 public:
  static RobustMutex* At(void* address) { return static_cast<RobustMutex*>(address); }

  /// Over zeros, or over a mutex made by this: several threads may initialise one at once, and lock it as soon as one of them is done.
  Status Initialise();

  /// 0, EOWNERDEAD (held, and inconsistent until MakeConsistent), EBUSY, EDEADLK, ENOTRECOVERABLE.
  int TryLock() { return pthread_mutex_trylock(&mutex_); }
  /// Spins for `spin`, then sleeps for one slice or, without a `timeout`, not at all; ETIMEDOUT as well.
  int Lock(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);
  int MakeConsistent() { return pthread_mutex_consistent(&mutex_); }
  int Unlock() { return pthread_mutex_unlock(&mutex_); }

  /// Reads the futex word and changes nothing, so that one observer never disturbs the next. Needs FutexWordOffset() to be known.
  MutexWord Read() const;

  /// Asks the holder to wake whoever sleeps on the futex word, which it gives back. While nobody holds the mutex it gives what the word
  /// never is: asleep on a free one, one would be woken by nobody.
  int32_t Announce();
  static constexpr int32_t kNeverThere = -1;

  Word* futex_word() const;

  /// Whether robust mutexes work here, found out once by letting a thread die with one held. Without such a thread nobody knows.
  static const Status& Usable();

  /// Where the C library keeps the futex word, if they do.
  static int FutexWordOffset();

 private:
  pthread_mutex_t mutex_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_ROBUST_MUTEX_H_
