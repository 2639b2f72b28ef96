#ifndef SHOAL_SYS_RECORD_RING_H_
#define SHOAL_SYS_RECORD_RING_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sys/event_count.h"
#include "sys/robust_mutex.h"

namespace shoal {

/// A bounded queue of byte records for many producers and many consumers. Each end has a robust mutex: a producer that dies has published
/// its record or not, a consumer that dies has taken its record or not, and the next in line goes on.
class RecordRing {
 public:
  enum class Outcome { kDone, kBusy, kEnded, kTooLong, kTooSmall, kCorrupt };
  struct Popped {
    Outcome outcome;
    /// Of the record; also when it did not fit.
    uint32_t length;
  };

  /// Over zeros; see RobustMutex. `capacity` is a multiple of 8.
  Status Initialise(uint32_t capacity);
  uint32_t capacity() const { return capacity_.load(std::memory_order_relaxed); }

  /// kBusy: no room after spinning and one slice. kTooLong: never fits.
  Outcome Push(std::span<const std::byte> record, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);

  /// kBusy: empty after spinning and one slice. kTooSmall: nothing taken. kEnded: empty for good.
  Popped Pop(std::span<std::byte> into, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);

  /// No more records: pushes fail, pops drain what is there.
  void End();

 private:
  class Turn;
  Outcome TryPush(std::span<const std::byte> record, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);
  Popped TryPop(std::span<std::byte> into, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);
  void CopyIn(uint64_t position, std::span<const std::byte> bytes);
  void CopyOut(uint64_t position, std::span<std::byte> bytes) const;
  bool HasRoom(uint64_t bytes) const { return capacity() - (tail_.load() - head_.load()) >= bytes; }
  bool HasRecord() const { return head_.load() != tail_.load(); }

  // Fills the first cache line together with the object's header of 8 bytes.
  std::atomic<uint32_t> capacity_;
  Word ended_;
  unsigned char line_0_[48];

  RobustMutex producers_;
  /// The producers' last look at head_, to leave the consumers' line alone while there is room.
  uint64_t known_head_;
  unsigned char line_1_[56 - sizeof(RobustMutex)];

  RobustMutex consumers_;
  uint64_t known_tail_;
  unsigned char line_2_[56 - sizeof(RobustMutex)];

  // Bytes ever published; written by producers.
  std::atomic<uint64_t> tail_;
  EventCount published_;
  unsigned char line_3_[48];

  // Bytes ever taken; written by consumers.
  std::atomic<uint64_t> head_;
  EventCount freed_;
  unsigned char line_4_[48];

  std::byte records_[];
};

// A multiple of the line, less the header before it.
static_assert(sizeof(RecordRing) == 5 * 64 - 8);

}  // namespace shoal

#endif  // SHOAL_SYS_RECORD_RING_H_
