#include "sys/robust_mutex.h"

#include <linux/futex.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <iterator>

// Since glibc 2.30; without it a step of the wall clock stretches or cuts one slice.
extern "C" int pthread_mutex_clocklock(pthread_mutex_t*, clockid_t, const timespec*) noexcept __attribute__((weak));

namespace shoal {
namespace {

// ThreadSanitizer does not know pthread_mutex_clocklock.
#if defined(__SANITIZE_THREAD__)
bool HasClockLock() { return false; }
#else
bool HasClockLock() { return pthread_mutex_clocklock != nullptr; }
#endif

void* DieHolding(void* mutex) {
  static_cast<RobustMutex*>(mutex)->TryLock();
  return nullptr;
}

// The thread id alone does not tell the words apart: glibc keeps it in a second field, which the kernel never touches.
Result<int> ProbeFutexWordOffset() {
  alignas(RobustMutex) static unsigned char room[sizeof(RobustMutex)];
  RobustMutex* mutex = RobustMutex::At(room);
  pthread_t thread;
  if (Status status = mutex->Initialise(); !status.ok()) return status.error();
  if (int failure = pthread_create(&thread, nullptr, DieHolding, mutex); failure != 0) return SysError{failure, "pthread_create"};
  // The kernel walks the robust list before it tells pthread_join.
  pthread_join(thread, nullptr);
  for (size_t offset = 0; offset < sizeof(pthread_mutex_t); offset += sizeof(Word)) {
    int32_t word;
    std::memcpy(&word, room + offset, sizeof word);
    if (word == FUTEX_OWNER_DIED) return static_cast<int>(offset);
  }
  return SysError{ENOSYS, "set_robust_list"};
}

Result<int>& FoundOffset() {
  static Result<int> found = ProbeFutexWordOffset();
  return found;
}

}  // namespace

Status RobustMutex::Initialise() {
  pthread_mutexattr_t attributes;
  int failure = pthread_mutexattr_init(&attributes);
  if (failure != 0) return SysError{failure, "pthread_mutexattr_init"};
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  alignas(RobustMutex) int32_t fresh[sizeof(RobustMutex) / sizeof(int32_t)] = {};
  failure = pthread_mutex_init(reinterpret_cast<pthread_mutex_t*>(fresh), &attributes);
  pthread_mutexattr_destroy(&attributes);
  if (failure != 0) return SysError{failure, "pthread_mutex_init"};
  // What is not zero in a fresh mutex is its kind, which locking leaves alone.
  auto* words = reinterpret_cast<Word*>(&mutex_);
  for (size_t i = 0; i < std::size(fresh); ++i) {
    int32_t zero = 0;
    if (fresh[i] != 0) words[i].compare_exchange_strong(zero, fresh[i], std::memory_order_acq_rel);
  }
  return Done{};
}

int RobustMutex::Lock(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  int result = TryLock();
  if (result != EBUSY) return result;
  const auto tried = [&] {
    if (Read() == MutexWord::kHeld) return false;
    result = TryLock();
    return result != EBUSY;
  };
  if (SpinUntil(spin, tried) || timeout.count() <= 0) return result;
  const std::chrono::nanoseconds slice = std::clamp(timeout, std::chrono::nanoseconds(0), kLongestSlice);
  const clockid_t clock = HasClockLock() ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  timespec deadline;
  clock_gettime(clock, &deadline);
  const int64_t ns = deadline.tv_nsec + slice.count();
  deadline.tv_sec += static_cast<time_t>(ns / 1'000'000'000);
  deadline.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  if (HasClockLock()) return pthread_mutex_clocklock(&mutex_, clock, &deadline);
  return pthread_mutex_timedlock(&mutex_, &deadline);
}

int32_t RobustMutex::Announce() {
  Word* word = futex_word();
  int32_t seen = word->load(std::memory_order_acquire);
  while ((seen & FUTEX_TID_MASK) != 0) {
    const auto announced = static_cast<int32_t>(static_cast<uint32_t>(seen) | FUTEX_WAITERS);
    if (word->compare_exchange_weak(seen, announced, std::memory_order_acq_rel, std::memory_order_acquire)) return announced;
  }
  return kNeverThere;
}

Word* RobustMutex::futex_word() const {
  auto* bytes = reinterpret_cast<unsigned char*>(const_cast<pthread_mutex_t*>(&mutex_));
  return reinterpret_cast<Word*>(bytes + FutexWordOffset());
}

// lifeAlive in lib/life.ts reads the word so, too.
MutexWord RobustMutex::Read() const {
  const int32_t word = futex_word()->load(std::memory_order_acquire);
  if (word & FUTEX_OWNER_DIED) return MutexWord::kOwnerDied;
  return (word & FUTEX_TID_MASK) != 0 ? MutexWord::kHeld : MutexWord::kFree;
}

const Status& RobustMutex::Usable() {
  static const Status usable = FoundOffset().ok() ? Status(Done{}) : Status(FoundOffset().error());
  return usable;
}

int RobustMutex::FutexWordOffset() { return FoundOffset().value(); }

}  // namespace shoal
