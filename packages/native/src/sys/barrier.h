#ifndef SHOAL_SYS_BARRIER_H_
#define SHOAL_SYS_BARRIER_H_

#include <atomic>
#include <chrono>
#include <cstdint>

#include "sys/futex.h"

namespace shoal {

enum class BarrierResult { kElected, kPassed, kBroken, kWaiting };

/// A central, sense-reversing barrier whose whole state is one 64-bit word, so that every transition is one compare-and-swap and a
/// member that dies has either arrived or not. The protocol is in packages/core/src/sync/README.md.
class Barrier {
 public:
  static constexpr uint32_t kMostParties = 0xfff;

  struct Arrival {
    BarrierResult result;
    /// What to wait on when the result is kWaiting.
    uint32_t generation;
  };

  /// Over zeros; once, however many threads do it.
  void Initialise(uint32_t parties);

  /// Arrives; the last to arrive releases all and is elected. The others spin for `spin`, then sleep for one slice.
  Arrival Arrive(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);

  /// Waits on for one slice more, after an arrival that returned kWaiting.
  BarrierResult Await(uint32_t generation, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout);

  /// Breaks it for all and wakes them. False when it was broken already. `reason` is the caller's.
  bool Break(uint32_t rank, uint32_t reason);

  /// The same, unless `generation` has been released meanwhile: a time-out and a release never both win.
  bool BreakGeneration(uint32_t generation, uint32_t rank, uint32_t reason);

  /// Whole again, nobody arrived. Whoever still waits is told that it broke.
  void Reset();

  /// One party fewer; releases the others if they have all arrived.
  void Detach();

 private:
  bool Release(uint64_t expected, uint64_t released);
  void WakeAll();
  const Word* generation_word() const { return reinterpret_cast<const Word*>(&state_) + 1; }

  // generation:31 broken:1 | reason:8 arrived:12 parties:12; `arrived` holds the rank that broke it while broken.
  std::atomic<uint64_t> state_;
  std::atomic<uint32_t> sleepers_;
};

static_assert(std::atomic<uint64_t>::is_always_lock_free && sizeof(Barrier) == 16);

}  // namespace shoal

#endif  // SHOAL_SYS_BARRIER_H_
