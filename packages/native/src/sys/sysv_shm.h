#ifndef SHOAL_SYS_SYSV_SHM_H_
#define SHOAL_SYS_SYSV_SHM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "sys/result.h"

namespace shoal {

/// What the kernel knows of a System V segment.
struct SysvStat {
  size_t length;
  uint64_t attached;
  int64_t change_time;
  int creator_pid;
  unsigned uid;
  unsigned creator_uid;
  unsigned mode;
  int key;
};

/// `key` 0 is IPC_PRIVATE; `length` 0 with `flags` 0 finds an existing one.
Result<int> GetSysv(int key, size_t length, int flags);
Result<SysvStat> StatSysv(int id);
Status RemoveSysv(int id);
Result<int> KeyOfPath(const std::string& path, int project_id);

}  // namespace shoal

#endif  // SHOAL_SYS_SYSV_SHM_H_
