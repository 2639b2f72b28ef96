#ifndef SHOAL_SYS_MEMBER_TABLE_H_
#define SHOAL_SYS_MEMBER_TABLE_H_

#include <cstdint>

#include "sys/robust_mutex.h"

namespace shoal {

/// One thread's place among the members of something: a robust mutex that it holds for as long as it belongs.
class MemberSlot {
 public:
  Status Initialise() { return life_.Initialise(); }

 private:
  friend class MemberTable;
  enum State : int32_t { kFree = 0, kJoined = 1, kDead = 2 };

  bool IsDead() const;

  RobustMutex life_;
  unsigned char padding_[60 - sizeof(RobustMutex)];
  Word state_;
};
static_assert(sizeof(MemberSlot) == 64);

/// Who belongs, by slots in shared memory; tells the dead without disturbing other observers.
class MemberTable {
 public:
  MemberTable(void* slots, uint32_t count) : slots_(static_cast<MemberSlot*>(slots)), count_(count) {}

  /// Over zeros; see RobustMutex.
  Status Initialise();

  /// The calling thread's slot, or −1.
  int32_t Find() const;

  /// The calling thread's slot, found or taken; −1 when all are taken.
  int32_t Join();

  /// The calling thread belongs no longer. False where the memory was taken away meanwhile: the slot stays a node of the thread's list.
  bool Leave();

  /// A slot whose thread has died, or −1.
  int32_t FindDead() const;

  /// Forgets the dead. For one supervisor alone.
  void Bury();

 private:
  MemberSlot* slots_;
  uint32_t count_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_MEMBER_TABLE_H_
