#ifndef SHOAL_SYS_SYSV_SEMAPHORE_H_
#define SHOAL_SYS_SYSV_SEMAPHORE_H_

#include <sys/sem.h>

#include <chrono>
#include <cstdint>
#include <span>

#include "sys/result.h"

namespace shoal {

/// What the kernel knows of a set of System V semaphores.
struct SemaphoreSetStat {
  uint64_t count;
  /// Seconds since 1970; 0: no operation yet.
  int64_t operation_time;
  int64_t change_time;
  unsigned creator_uid;
  unsigned mode;
  int key;
};

/// `key` 0 is IPC_PRIVATE.
Result<int> GetSemaphoreSet(int key, int count, int flags);
Result<SemaphoreSetStat> StatSemaphoreSet(int id);
Status RemoveSemaphoreSet(int id);
/// All values at once.
Status SetSemaphores(int id, std::span<const uint16_t> values);
Result<int> SemaphoreValue(int id, int index);

/// All operations at once or, after `timeout` and one slice at most, none of them: false.
Result<bool> OperateSemaphores(int id, std::span<sembuf> operations, std::chrono::nanoseconds timeout);

}  // namespace shoal

#endif  // SHOAL_SYS_SYSV_SEMAPHORE_H_
