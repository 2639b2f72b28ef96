#include "sys/member_table.h"

#include "sys/held_mutexes.h"

namespace shoal {

// Joined with the mutex free: the thread's environment ended before the thread did.
bool MemberSlot::IsDead() const {
  const MutexWord life = life_.Read();
  if (life == MutexWord::kOwnerDied) return true;
  const int32_t state = state_.load(std::memory_order_acquire);
  // Read again: between the two looks the member may have left, which frees its mutex last.
  return state == kDead || (state == kJoined && life == MutexWord::kFree && life_.Read() == MutexWord::kFree &&
                            state_.load(std::memory_order_acquire) == kJoined);
}

Status MemberTable::Initialise() {
  for (uint32_t i = 0; i < count_; ++i) {
    if (Status status = slots_[i].Initialise(); !status.ok()) return status;
  }
  return Done{};
}

int32_t MemberTable::Join() {
  if (const int32_t own = Find(); own >= 0) return own;
  for (uint32_t i = 0; i < count_; ++i) {
    MemberSlot& slot = slots_[i];
    if (slot.state_.load(std::memory_order_acquire) != MemberSlot::kFree || slot.life_.Read() != MutexWord::kFree) continue;
    const int result = slot.life_.TryLock();
    if (result == EOWNERDEAD) {
      // Died between its lock and its mark, or just now: kept for the others to see.
      slot.state_.store(MemberSlot::kDead, std::memory_order_release);
      slot.life_.MakeConsistent();
      slot.life_.Unlock();
    } else if (result == 0 && slot.state_.load(std::memory_order_acquire) == MemberSlot::kFree) {
      slot.state_.store(MemberSlot::kJoined, std::memory_order_release);
      HeldMutexes::OfThisThread().Add(&slot.life_, nullptr);
      return static_cast<int32_t>(i);
    } else if (result == 0) {
      slot.life_.Unlock();
    }
  }
  return -1;
}

bool MemberTable::Leave() {
  const int32_t own = Find();
  if (own < 0) return true;
  MemberSlot& slot = slots_[own];
  if (slot.life_.Read() != MutexWord::kHeld) return false;
  slot.state_.store(MemberSlot::kFree, std::memory_order_release);
  HeldMutexes::OfThisThread().Remove(&slot.life_);
  slot.life_.Unlock();
  return true;
}

int32_t MemberTable::FindDead() const {
  for (uint32_t i = 0; i < count_; ++i) {
    if (slots_[i].IsDead()) return static_cast<int32_t>(i);
  }
  return -1;
}

void MemberTable::Bury() {
  for (uint32_t i = 0; i < count_; ++i) {
    MemberSlot& slot = slots_[i];
    if (!slot.IsDead()) continue;
    const int result = slot.life_.TryLock();
    if (result == EOWNERDEAD) slot.life_.MakeConsistent();
    if (result != 0 && result != EOWNERDEAD) continue;
    slot.state_.store(MemberSlot::kFree, std::memory_order_release);
    slot.life_.Unlock();
  }
}

int32_t MemberTable::Find() const {
  const RobustMutex* held = HeldMutexes::OfThisThread().Find(slots_, slots_ + count_);
  if (held == nullptr) return -1;
  return static_cast<int32_t>((reinterpret_cast<uintptr_t>(held) - reinterpret_cast<uintptr_t>(slots_)) / sizeof(MemberSlot));
}

}  // namespace shoal
