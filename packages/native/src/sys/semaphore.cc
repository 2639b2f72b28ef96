#include "sys/semaphore.h"

#include <climits>

namespace shoal {
namespace {

constexpr int32_t kInitialised = INT32_MIN;

}  // namespace

void Semaphore::Initialise(int32_t permits) {
  int32_t zero = 0;
  permits_.compare_exchange_strong(zero, kInitialised + permits, std::memory_order_acq_rel);
}

bool Semaphore::TryAcquire(int32_t count) {
  int32_t permits = permits_.load(std::memory_order_relaxed);
  while (permits >= kInitialised + count) {
    // Acquire: pairs with the release that gave the permits.
    if (permits_.compare_exchange_weak(permits, permits - count, std::memory_order_acquire, std::memory_order_relaxed)) return true;
  }
  return false;
}

bool Semaphore::Acquire(int32_t count, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  if (TryAcquire(count)) return true;
  const bool alone = sleepers_.load(std::memory_order_relaxed) == 0;
  if (alone && SpinUntil(spin, [&] { return TryAcquire(count); })) return true;
  if (timeout.count() <= 0) return false;
  // Counted before the last look, both sequentially consistent: a release either sees the sleeper or is seen by it.
  sleepers_.fetch_add(1, std::memory_order_seq_cst);
  if (count > 1) greedy_.fetch_add(1, std::memory_order_seq_cst);
  const int32_t seen = permits_.load(std::memory_order_seq_cst);
  if (seen < kInitialised + count) FutexWait(&permits_, seen, timeout);
  if (count > 1) greedy_.fetch_sub(1, std::memory_order_relaxed);
  sleepers_.fetch_sub(1, std::memory_order_relaxed);
  return TryAcquire(count);
}

bool Semaphore::Release(int32_t count) {
  int32_t permits = permits_.load(std::memory_order_relaxed);
  do {
    if (permits > kInitialised + (kMostPermits - count)) return false;
  } while (!permits_.compare_exchange_weak(permits, permits + count, std::memory_order_seq_cst, std::memory_order_relaxed));
  if (sleepers_.load(std::memory_order_seq_cst) != 0) {
    FutexWake(&permits_, greedy_.load(std::memory_order_seq_cst) != 0 ? INT_MAX : count);
  }
  return true;
}

}  // namespace shoal
