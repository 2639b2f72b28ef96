#include "sys/futex.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace shoal {

FutexResult FutexWait(const Word* word, int32_t expected, std::chrono::nanoseconds timeout) {
  const int64_t slice = std::clamp<int64_t>(timeout.count(), 0, kLongestSlice.count());
  const timespec relative{static_cast<time_t>(slice / 1'000'000'000), static_cast<long>(slice % 1'000'000'000)};
  if (syscall(SYS_futex, word, FUTEX_WAIT, expected, &relative, nullptr, 0) == 0) return FutexResult::kWoken;
  switch (errno) {
    case EAGAIN:
      return FutexResult::kDiffered;
    case ETIMEDOUT:
      return FutexResult::kTimedOut;
    default:  // EINTR: the caller looks at the word again in any case.
      return FutexResult::kWoken;
  }
}

int FutexWake(const Word* word, int count) {
  const long woken = syscall(SYS_futex, word, FUTEX_WAKE, count, nullptr, nullptr, 0);
  return woken < 0 ? 0 : static_cast<int>(woken);
}

bool SpinWhile(const Word* word, int32_t expected, std::chrono::nanoseconds spin, std::chrono::nanoseconds patience) {
  using Clock = std::chrono::steady_clock;
  const auto differs = [&] { return word->load(std::memory_order_acquire) != expected; };
  if (differs()) return true;
  if (spin.count() <= 0) return false;
  // Who is waited for may need this very CPU, where spinners are one too many: it gets it soon.
  const int rounds = patience.count() > 0 ? 32 : 4;
  const auto differs_soon = [&] {
    for (int round = 0; round < rounds; ++round) {
      SpinPause();
      if (differs()) return true;
    }
    return false;
  };
  // The shortest waits are over before the clock has been read.
  if (differs_soon()) return true;
  const auto start = Clock::now();
  auto now = start;
  do {
    if (differs_soon()) return true;
    now = Clock::now();
    if (now - start < patience) continue;
    sched_yield();
    if (differs()) return true;
  } while (now - start < spin);
  return differs();
}

bool WaitWhile(const Word* word, int32_t expected, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  constexpr auto kPatience = std::chrono::microseconds(20);
  if (SpinWhile(word, expected, spin, kPatience)) return true;
  if (timeout.count() > 0) FutexWait(word, expected, timeout);
  return word->load(std::memory_order_acquire) != expected;
}

}  // namespace shoal
