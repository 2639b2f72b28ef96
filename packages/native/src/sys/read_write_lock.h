#ifndef SHOAL_SYS_READ_WRITE_LOCK_H_
#define SHOAL_SYS_READ_WRITE_LOCK_H_

#include <chrono>
#include <cstdint>

#include "sys/mutex.h"

namespace shoal {

/// Many readers or one writer. A reader holds one of several robust mutexes, a writer its own and none of theirs: the death of either is
/// seen by the next who comes. A writer that waits keeps new readers out.
class ReadWriteLock {
 public:
  /// A reader's place: a cache line of its own.
  struct Slot {
    RobustMutex mutex;
    unsigned char padding[64 - sizeof(RobustMutex)];
  };

  /// Over zeros; see RobustMutex.
  Status Initialise(uint32_t slots);

  uint32_t slots() const { return slots_.load(std::memory_order_relaxed); }
  bool poisoned() const { return writer_.poisoned(); }

  static constexpr int32_t kNoSlot = -1;
  static constexpr int32_t kDeadlock = -2;

  /// The slot taken, or kNoSlot when a writer has it or waits, or all slots are taken; kDeadlock when this thread writes, reads while a
  /// writer waits, or has taken all of them itself. Sleeps for one slice at most.
  int32_t Read(uint32_t hint, std::chrono::nanoseconds timeout);
  bool EndRead(uint32_t slot);

  /// Holds off readers and other writers; the writer then has to Drain. kBusy after one slice, kDeadlock while this thread reads.
  LockResult BeginWrite(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);
  /// Waits for the readers from `slot` on to leave; the first that has not within one slice, or slots() when all have.
  uint32_t Drain(uint32_t slot, std::chrono::nanoseconds timeout);
  bool EndWrite();
  bool Repair() { return writer_.Repair(); }

  /// The mutex of a reader's slot, or for kWriter the writers', for those who wait without blocking.
  static constexpr int32_t kWriter = -1;
  RobustMutex* mutex(int32_t slot) { return slot < 0 ? writer_.robust() : &readers_[slot].mutex; }

 private:
  void ClearDeadWriter();

  // Set from after the writer's lock to before its unlock.
  Word writing_;
  std::atomic<uint32_t> slots_;
  Mutex writer_;
  Slot readers_[];
};

static_assert(sizeof(ReadWriteLock) <= 64);

}  // namespace shoal

#endif  // SHOAL_SYS_READ_WRITE_LOCK_H_
