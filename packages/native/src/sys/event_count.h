#ifndef SHOAL_SYS_EVENT_COUNT_H_
#define SHOAL_SYS_EVENT_COUNT_H_

#include <chrono>
#include <climits>

#include "sys/futex.h"

namespace shoal {

/// Lets threads sleep until a condition over other words may have changed, and costs the notifier one load while nobody sleeps.
///
/// The waiter counts itself, takes the key and then looks at the condition; the notifier changes the condition, then looks at the count.
/// All of it is sequentially consistent, so one of the two sees the other. A waiter killed asleep leaves the count too high, which costs
/// needless wakes and loses none.
class EventCount {
 public:
  /// Sleeps for one slice unless `ready()` or a notification comes between the look and the sleep.
  template <typename Predicate>
  void Wait(std::chrono::nanoseconds timeout, Predicate ready) {
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    const int32_t key = key_.load(std::memory_order_seq_cst);
    if (!ready()) FutexWait(&key_, key, timeout);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
  }

  /// After a sequentially consistent change of the condition.
  void Notify(int count = INT_MAX) {
    if (sleepers_.load(std::memory_order_seq_cst) == 0) return;
    key_.fetch_add(1, std::memory_order_seq_cst);
    FutexWake(&key_, count);
  }

 private:
  Word key_;
  Word sleepers_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_EVENT_COUNT_H_
