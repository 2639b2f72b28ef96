#include "sys/barrier.h"

#include <climits>

namespace shoal {
namespace {

constexpr uint32_t kBroken = 1;
constexpr uint32_t kOneGeneration = 2;
constexpr uint32_t kFieldMask = 0xfff;
constexpr int kArrivedShift = 12;
constexpr int kReasonShift = 24;

struct State {
  uint32_t generation;
  uint32_t low;

  explicit State(uint64_t packed) : generation(static_cast<uint32_t>(packed >> 32)), low(static_cast<uint32_t>(packed)) {}
  State(uint32_t generation, uint32_t low) : generation(generation), low(low) {}
  uint64_t packed() const { return static_cast<uint64_t>(generation) << 32 | low; }

  bool broken() const { return generation & kBroken; }
  uint32_t parties() const { return low & kFieldMask; }
  uint32_t arrived() const { return low >> kArrivedShift & kFieldMask; }
  State Broken(uint32_t rank, uint32_t reason) const {
    return State(generation | kBroken, parties() | (rank & kFieldMask) << kArrivedShift | reason << kReasonShift);
  }
};

// A waiter is needed for every release after its own, so the next generation means passed, and anything further away means a reset.
BarrierResult Outcome(uint32_t waited, uint32_t now) {
  if (now == waited) return BarrierResult::kWaiting;
  return now >> 1 == (waited + kOneGeneration) >> 1 ? BarrierResult::kPassed : BarrierResult::kBroken;
}

// Asks for a cache line as its only owner. A look that is followed by an exchange would fetch it twice otherwise: shared, then alone.
inline void PrefetchForWrite(const void* line) {
#if defined(__x86_64__)
  // By name, because the builtin is a plain prefetch unless the compiler may assume more than the baseline, where this one does nothing.
  asm volatile("prefetchw %0" ::"m"(*static_cast<const char*>(line)));
#else
  __builtin_prefetch(line, 1);
#endif
}

}  // namespace

void Barrier::Initialise(uint32_t parties) {
  uint64_t zero = 0;
  state_.compare_exchange_strong(zero, State(0, parties).packed(), std::memory_order_acq_rel);
}

Barrier::Arrival Barrier::Arrive(std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  PrefetchForWrite(&state_);
  uint64_t packed = state_.load(std::memory_order_acquire);
  for (;;) {
    const State state(packed);
    if (state.broken()) return {BarrierResult::kBroken, state.generation};
    if (state.arrived() + 1 >= state.parties()) {
      if (Release(packed, State(state.generation + kOneGeneration, state.parties()).packed())) {
        return {BarrierResult::kElected, state.generation};
      }
      packed = state_.load(std::memory_order_acquire);
      continue;
    }
    const uint64_t joined = State(state.generation, state.low + (1u << kArrivedShift)).packed();
    // Release: what this member wrote before is seen by all who leave, through the chain of exchanges up to the last one's. Sequentially
    // consistent for a member that looks, once it has arrived, whether another has said that it will not.
    if (state_.compare_exchange_weak(packed, joined, std::memory_order_seq_cst, std::memory_order_acquire)) {
      return {Await(state.generation, spin, timeout), state.generation};
    }
  }
}

BarrierResult Barrier::Await(uint32_t generation, std::chrono::nanoseconds spin, std::chrono::nanoseconds timeout) {
  BarrierResult result = BarrierResult::kWaiting;
  const auto left = [&] {
    result = Outcome(generation, State(state_.load(std::memory_order_acquire)).generation);
    return result != BarrierResult::kWaiting;
  };
  if (SpinUntil(spin, left) || timeout.count() <= 0) return result;
  sleepers_.fetch_add(1, std::memory_order_seq_cst);
  FutexWait(generation_word(), static_cast<int32_t>(generation), timeout);
  sleepers_.fetch_sub(1, std::memory_order_relaxed);
  left();
  return result;
}

bool Barrier::Break(uint32_t rank, uint32_t reason) {
  uint64_t packed = state_.load(std::memory_order_acquire);
  while (!State(packed).broken()) {
    if (Release(packed, State(packed).Broken(rank, reason).packed())) return true;
    packed = state_.load(std::memory_order_acquire);
  }
  return false;
}

bool Barrier::BreakGeneration(uint32_t generation, uint32_t rank, uint32_t reason) {
  uint64_t packed = state_.load(std::memory_order_acquire);
  while (State(packed).generation == generation) {
    if (Release(packed, State(packed).Broken(rank, reason).packed())) return true;
    packed = state_.load(std::memory_order_acquire);
  }
  return false;
}

void Barrier::Reset() {
  uint64_t packed = state_.load(std::memory_order_acquire);
  for (;;) {
    const State state(packed);
    // Two generations on: a waiter that slept through both the break and the reset must not take this for its release.
    if (Release(packed, State((state.generation & ~kBroken) + 2 * kOneGeneration, state.parties()).packed())) return;
    packed = state_.load(std::memory_order_acquire);
  }
}

void Barrier::Detach() {
  uint64_t packed = state_.load(std::memory_order_acquire);
  for (;;) {
    const State state(packed);
    if (state.parties() == 0) return;
    if (!state.broken() && state.arrived() > 0 && state.arrived() + 1 >= state.parties()) {
      if (Release(packed, State(state.generation + kOneGeneration, state.parties() - 1).packed())) return;
      packed = state_.load(std::memory_order_acquire);
      continue;
    }
    if (state_.compare_exchange_weak(packed, State(state.generation, state.low - 1).packed(), std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
      return;
    }
  }
}

bool Barrier::Release(uint64_t expected, uint64_t released) {
  // Sequentially consistent, as is the count of sleepers: either this thread sees the sleeper, or the kernel shows the sleeper the new
  // generation. A member killed asleep leaves the count too high, which costs needless wakes and loses none.
  if (!state_.compare_exchange_strong(expected, released, std::memory_order_seq_cst, std::memory_order_relaxed)) return false;
  if (sleepers_.load(std::memory_order_seq_cst) != 0) WakeAll();
  return true;
}

void Barrier::WakeAll() { FutexWake(generation_word(), INT_MAX); }

}  // namespace shoal
