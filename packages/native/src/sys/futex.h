#ifndef SHOAL_SYS_FUTEX_H_
#define SHOAL_SYS_FUTEX_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace shoal {

/// A 32-bit word of shared memory that threads and processes wait on. Non-private futexes: two mappings of one page meet.
using Word = std::atomic<int32_t>;
static_assert(sizeof(Word) == 4 && Word::is_always_lock_free);

/// No call sleeps longer: `worker.terminate()` is noticed only between native calls.
constexpr std::chrono::nanoseconds kLongestSlice = std::chrono::milliseconds(50);

enum class FutexResult { kWoken = 0, kDiffered = 1, kTimedOut = 2 };

/// Sleeps while the word is `expected`, once, for at most `timeout` and kLongestSlice of CLOCK_MONOTONIC. May wake without cause.
FutexResult FutexWait(const Word* word, int32_t expected, std::chrono::nanoseconds timeout);

/// Wakes up to `count` sleepers; returns how many.
int FutexWake(const Word* word, int count);

/// One round of a busy wait: tells the CPU so.
inline void SpinPause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

/// Busy-waits until `done()` or for `spin`; returns the last `done()`. The clock is read once in 32 rounds: it costs as much as they do.
template <typename Predicate>
bool SpinUntil(std::chrono::nanoseconds spin, Predicate done) {
  using Clock = std::chrono::steady_clock;
  if (done()) return true;
  if (spin.count() <= 0) return false;
  auto deadline = Clock::time_point::max();
  do {
    for (int round = 0; round < 32; ++round) {
      SpinPause();
      if (done()) return true;
    }
    // Not before the first rounds: most waits are over by then.
    if (deadline == Clock::time_point::max()) deadline = Clock::now() + spin;
  } while (Clock::now() < deadline);
  return false;
}

/// Spins for `spin` while the word is `expected`, and lets other threads have the CPU every microsecond or two once `patience` is over;
/// without patience several times a microsecond. True when the word differs now.
bool SpinWhile(const Word* word, int32_t expected, std::chrono::nanoseconds spin, std::chrono::nanoseconds patience);

/// Spins while the word is `expected`, then sleeps for one slice. True when the word differs now. A long spin yields: JavaScript's compiler
/// and collector have threads as well.
bool WaitWhile(const Word* word, int32_t expected, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);

}  // namespace shoal

#endif  // SHOAL_SYS_FUTEX_H_
