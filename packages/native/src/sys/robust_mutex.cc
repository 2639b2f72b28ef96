#include "sys/robust_mutex.h"

#include <linux/futex.h>

#include <cstring>

namespace shoal {
namespace {

void* DieHolding(void* mutex) {
  static_cast<RobustMutex*>(mutex)->TryLock();
  return nullptr;
}

// The thread id alone does not tell the words apart: glibc keeps it in a second field, which the kernel never touches.
int ProbeFutexWordOffset() {
  alignas(kLifeBytes) static unsigned char room[kLifeBytes];
  RobustMutex* mutex = RobustMutex::At(room);
  pthread_t thread;
  if (!mutex->Initialise().ok() || pthread_create(&thread, nullptr, DieHolding, mutex) != 0) return -1;
  // The kernel walks the robust list before it tells pthread_join.
  pthread_join(thread, nullptr);
  for (size_t offset = 0; offset < sizeof(pthread_mutex_t); offset += sizeof(Word)) {
    int32_t word;
    std::memcpy(&word, room + offset, sizeof word);
    if (word == FUTEX_OWNER_DIED) return static_cast<int>(offset);
  }
  return -1;
}

}  // namespace

Status RobustMutex::Initialise() {
  pthread_mutexattr_t attributes;
  int failure = pthread_mutexattr_init(&attributes);
  if (failure != 0) return SysError{failure, "pthread_mutexattr_init"};
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  failure = pthread_mutex_init(&mutex_, &attributes);
  pthread_mutexattr_destroy(&attributes);
  if (failure != 0) return SysError{failure, "pthread_mutex_init"};
  return Done{};
}

MutexWord RobustMutex::Read() const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(&mutex_);
  const int32_t word = reinterpret_cast<const Word*>(bytes + FutexWordOffset())->load(std::memory_order_acquire);
  if (word & FUTEX_OWNER_DIED) return MutexWord::kOwnerDied;
  return (word & FUTEX_TID_MASK) != 0 ? MutexWord::kHeld : MutexWord::kFree;
}

int RobustMutex::FutexWordOffset() {
  static const int offset = ProbeFutexWordOffset();
  return offset;
}

}  // namespace shoal
