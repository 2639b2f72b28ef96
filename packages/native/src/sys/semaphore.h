#ifndef SHOAL_SYS_SEMAPHORE_H_
#define SHOAL_SYS_SEMAPHORE_H_

#include <chrono>

#include "sys/futex.h"

namespace shoal {

/// A counting semaphore: permits, and who sleeps for them.
class Semaphore {
 public:
  static constexpr int32_t kMostPermits = 0x7fffffff;

  /// Over zeros; once, however many threads do it.
  void Initialise(int32_t permits);

  bool TryAcquire(int32_t count);

  /// Spins while nobody sleeps, then sleeps for one slice. False when there still are too few.
  bool Acquire(int32_t count, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);

  /// False when there would be more permits than a word holds.
  bool Release(int32_t count);

 private:
  // With the sign bit set: 0 is a semaphore that is not initialised yet.
  Word permits_;
  Word sleepers_;
  // Sleepers that want more than one permit: while there are any, a release wakes all, for the first to wake may want too many.
  Word greedy_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_SEMAPHORE_H_
