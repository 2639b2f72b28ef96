#include "sys/record_ring.h"

#include <algorithm>
#include <cstring>

namespace shoal {
namespace {

constexpr uint64_t kLengthBytes = 8;

// Lengths lie at multiples of 8, so that none wraps around the end.
uint64_t BytesOf(uint64_t length) { return kLengthBytes + ((length + 7) & ~uint64_t{7}); }

}  // namespace

/// One thread's turn at one end. Whoever died in its turn has not moved the counter, so there is nothing to repair.
class RecordRing::Turn {
 public:
  Turn(RobustMutex& mutex, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) : mutex_(mutex) {
    const int result = mutex.Lock(spin, timeout);
    if (result == EOWNERDEAD) mutex.MakeConsistent();
    held_ = result == 0 || result == EOWNERDEAD;
  }
  ~Turn() {
    if (held_) mutex_.Unlock();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  explicit operator bool() const { return held_; }

 private:
  RobustMutex& mutex_;
  bool held_;
};

Status RecordRing::Initialise(uint32_t capacity) {
  capacity_.store(capacity, std::memory_order_relaxed);
  if (Status status = producers_.Initialise(); !status.ok()) return status;
  return consumers_.Initialise();
}

RecordRing::Outcome RecordRing::Push(std::span<const std::byte> record, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  const uint64_t bytes = BytesOf(record.size());
  if (bytes > capacity()) return Outcome::kTooLong;
  constexpr std::chrono::nanoseconds kNone(0);
  const Outcome outcome = TryPush(record, spin, kNone);
  const auto changed = [&] { return HasRoom(bytes) || ended_.load() != 0; };
  if (outcome != Outcome::kBusy || timeout.count() <= 0) return outcome;
  // One slice in all: for the turn, or for room.
  if (changed()) return TryPush(record, kNone, timeout);
  if (!SpinUntil(spin, changed)) freed_.Wait(timeout, changed);
  return TryPush(record, spin, kNone);
}

RecordRing::Outcome RecordRing::TryPush(std::span<const std::byte> record, std::chrono::nanoseconds spin,
                                        std::chrono::nanoseconds timeout) {
  const uint64_t bytes = BytesOf(record.size());
  {
    Turn turn(producers_, spin, timeout);
    if (!turn) return Outcome::kBusy;
    if (ended_.load(std::memory_order_relaxed) != 0) return Outcome::kEnded;
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (capacity() - (tail - known_head_) < bytes) {
      // Acquire: the consumers have finished reading what is overwritten now.
      known_head_ = head_.load(std::memory_order_acquire);
      if (capacity() - (tail - known_head_) < bytes) return Outcome::kBusy;
    }
    const uint64_t length = record.size();
    CopyIn(tail, std::as_bytes(std::span(&length, 1)));
    CopyIn(tail + kLengthBytes, record);
    // The moment of publication; releases the copy, and is ordered before the look at the sleepers.
    tail_.store(tail + bytes, std::memory_order_seq_cst);
  }
  published_.Notify(1);
  return Outcome::kDone;
}

RecordRing::Popped RecordRing::Pop(std::span<std::byte> into, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  constexpr std::chrono::nanoseconds kNone(0);
  const Popped popped = TryPop(into, spin, kNone);
  const auto changed = [&] { return HasRecord() || ended_.load() != 0; };
  if (popped.outcome != Outcome::kBusy || timeout.count() <= 0) return popped;
  // One slice in all: for the turn, or for a record.
  if (changed()) return TryPop(into, kNone, timeout);
  if (!SpinUntil(spin, changed)) published_.Wait(timeout, changed);
  return TryPop(into, spin, kNone);
}

RecordRing::Popped RecordRing::TryPop(std::span<std::byte> into, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  uint64_t length;
  {
    Turn turn(consumers_, spin, timeout);
    if (!turn) return {Outcome::kBusy, 0};
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == known_tail_) {
      // Ended first: what was published before the end is seen by the look that follows.
      const bool ended = ended_.load(std::memory_order_acquire) != 0;
      known_tail_ = tail_.load(std::memory_order_acquire);
      if (head == known_tail_ && !ended) return {Outcome::kBusy, 0};
      if (head == known_tail_) {
        // A producer whose turn began before the end still publishes; those that come after it see the end.
        Turn last(producers_, std::chrono::nanoseconds(0), timeout);
        if (!last) return {Outcome::kBusy, 0};
        known_tail_ = tail_.load(std::memory_order_acquire);
        if (head == known_tail_) return {Outcome::kEnded, 0};
      }
    }
    CopyOut(head, std::as_writable_bytes(std::span(&length, 1)));
    // Foreign stores into the ring must not become reads outside it.
    if (length > capacity() || BytesOf(length) > known_tail_ - head) return {Outcome::kCorrupt, 0};
    if (length > into.size()) return {Outcome::kTooSmall, static_cast<uint32_t>(length)};
    CopyOut(head + kLengthBytes, into.first(length));
    head_.store(head + BytesOf(length), std::memory_order_seq_cst);
  }
  freed_.Notify();
  return {Outcome::kDone, static_cast<uint32_t>(length)};
}

void RecordRing::End() {
  ended_.store(1, std::memory_order_seq_cst);
  published_.Notify();
  freed_.Notify();
}

void RecordRing::CopyIn(uint64_t position, std::span<const std::byte> bytes) {
  const uint64_t at = position % capacity();
  const size_t first = std::min<uint64_t>(bytes.size(), capacity() - at);
  std::memcpy(records_ + at, bytes.data(), first);
  std::memcpy(records_, bytes.data() + first, bytes.size() - first);
}

void RecordRing::CopyOut(uint64_t position, std::span<std::byte> bytes) const {
  const uint64_t at = position % capacity();
  const size_t first = std::min<uint64_t>(bytes.size(), capacity() - at);
  std::memcpy(bytes.data(), records_ + at, first);
  std::memcpy(bytes.data() + first, records_, bytes.size() - first);
}

}  // namespace shoal
