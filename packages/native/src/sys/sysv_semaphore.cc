#include "sys/sysv_semaphore.h"

#include <algorithm>
#include <vector>

#include "sys/futex.h"

namespace shoal {
namespace {

// semctl's fourth argument, which the C library leaves to its caller to declare.
union SemctlArgument {
  int value;
  semid_ds* stat;
  uint16_t* values;
};

}  // namespace

Result<int> GetSemaphoreSet(int key, int count, int flags) {
  const int id = semget(key, count, flags);
  if (id < 0) return LastError("semget");
  return id;
}

Result<SemaphoreSetStat> StatSemaphoreSet(int id) {
  semid_ds set{};
  SemctlArgument argument{};
  argument.stat = &set;
  if (semctl(id, 0, IPC_STAT, argument) < 0) return LastError("semctl");
  return SemaphoreSetStat{static_cast<uint64_t>(set.sem_nsems),
                          static_cast<int64_t>(set.sem_otime),
                          static_cast<int64_t>(set.sem_ctime),
                          set.sem_perm.cuid,
                          set.sem_perm.mode & 0777u,
                          set.sem_perm.__key};
}

Status RemoveSemaphoreSet(int id) {
  if (semctl(id, 0, IPC_RMID) < 0) return LastError("semctl");
  return Done{};
}

Status SetSemaphores(int id, std::span<const uint16_t> values) {
  std::vector<uint16_t> copy(values.begin(), values.end());
  SemctlArgument argument{};
  argument.values = copy.data();
  if (semctl(id, 0, SETALL, argument) < 0) return LastError("semctl");
  return Done{};
}

Result<int> SemaphoreValue(int id, int index) {
  const int value = semctl(id, index, GETVAL);
  if (value < 0) return LastError("semctl");
  return value;
}

Result<bool> OperateSemaphores(int id, std::span<sembuf> operations, std::chrono::nanoseconds timeout) {
  const int64_t slice = std::clamp<int64_t>(timeout.count(), 0, kLongestSlice.count());
  const timespec relative{0, static_cast<long>(slice)};
  if (semtimedop(id, operations.data(), operations.size(), &relative) == 0) return true;
  const SysError error = LastError("semtimedop");
  if (error.number == EAGAIN || error.number == EINTR) return false;
  return error;
}

}  // namespace shoal
