#include "sys/read_write_lock.h"

#include <climits>

#include "sys/held_mutexes.h"

namespace shoal {
namespace {

constexpr std::chrono::nanoseconds kNone(0);

// Whose owner died while reading has changed nothing: the mutex is as good as new.
bool Taken(RobustMutex& mutex, int result) {
  if (result == EOWNERDEAD) mutex.MakeConsistent();
  return result == 0 || result == EOWNERDEAD;
}

}  // namespace

Status ReadWriteLock::Initialise(uint32_t slots) {
  slots_.store(slots, std::memory_order_relaxed);
  for (uint32_t i = 0; i < slots; ++i) {
    if (Status status = readers_[i].mutex.Initialise(); !status.ok()) return status;
  }
  return writer_.Initialise();
}

int32_t ReadWriteLock::Read(uint32_t hint, std::chrono::nanoseconds timeout) {
  if (HeldMutexes::OfThisThread().Has(writer_.robust())) return kDeadlock;
  if (writing_.load(std::memory_order_acquire) != 0) {
    ClearDeadWriter();
    // The writer that waits for this thread's own reading, and this thread for the writer.
    if (writing_.load(std::memory_order_acquire) != 0 && HeldMutexes::OfThisThread().Find(readers_, readers_ + slots_) != nullptr) {
      return kDeadlock;
    }
    if (!WaitWhile(&writing_, 1, kNone, timeout)) return kNoSlot;
    // That was the slice.
    timeout = kNone;
  }
  int32_t of_another = kDeadlock;
  for (uint32_t i = 0; i <= slots_; ++i) {
    // In the last round all have been taken: wait for one that another thread holds, if there is any.
    const bool last = i == slots_;
    if (last && of_another == kDeadlock) return kDeadlock;
    const uint32_t slot = last ? of_another : (hint + i) % slots_;
    RobustMutex& mutex = readers_[slot].mutex;
    const int result = last ? mutex.Lock(kNone, timeout) : mutex.TryLock();
    if (result == EBUSY && !last) of_another = static_cast<int32_t>(slot);
    if (!Taken(mutex, result)) continue;
    // Store (the lock), then load; the writer stores, then looks at the locks. One of the two sees the other.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (writing_.load(std::memory_order_seq_cst) != 0) {
      mutex.Unlock();
      return kNoSlot;
    }
    HeldMutexes::OfThisThread().Add(&mutex, nullptr);
    return static_cast<int32_t>(slot);
  }
  return kNoSlot;
}

bool ReadWriteLock::EndRead(uint32_t slot) {
  // As in Mutex::Unlock.
  if (slot >= slots_ || readers_[slot].mutex.Read() != MutexWord::kHeld) return false;
  if (!HeldMutexes::OfThisThread().Remove(&readers_[slot].mutex)) return false;
  readers_[slot].mutex.Unlock();
  return true;
}

LockResult ReadWriteLock::BeginWrite(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  if (HeldMutexes::OfThisThread().Find(readers_, readers_ + slots_) != nullptr) return LockResult::kDeadlock;
  const LockResult result = writer_.Lock(spin, timeout);
  if (result == LockResult::kLocked || result == LockResult::kPoisoned) writing_.store(1, std::memory_order_seq_cst);
  return result;
}

uint32_t ReadWriteLock::Drain(uint32_t slot, std::chrono::nanoseconds timeout) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (; slot < slots_; ++slot) {
    RobustMutex& mutex = readers_[slot].mutex;
    if (mutex.Read() == MutexWord::kFree) continue;
    if (!Taken(mutex, mutex.Lock(kNone, timeout))) return slot;
    mutex.Unlock();
    // That was the slice, perhaps.
    timeout = kNone;
  }
  return slot;
}

bool ReadWriteLock::EndWrite() {
  if (writer_.robust()->Read() != MutexWord::kHeld || !HeldMutexes::OfThisThread().Has(writer_.robust())) return false;
  writing_.store(0, std::memory_order_release);
  FutexWake(&writing_, INT_MAX);
  return writer_.Unlock();
}

void ReadWriteLock::ClearDeadWriter() {
  if (writer_.robust()->Read() == MutexWord::kHeld) return;
  const LockResult result = writer_.TryLock();
  // Only a writer that died leaves the word set; EndWrite has cleared it otherwise.
  if (result == LockResult::kLocked || result == LockResult::kPoisoned) EndWrite();
}

}  // namespace shoal
