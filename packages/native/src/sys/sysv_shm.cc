#include "sys/sysv_shm.h"

#include <sys/ipc.h>
#include <sys/shm.h>

namespace shoal {

Result<int> GetSysv(int key, size_t length, int flags) {
  const int id = shmget(key, length, flags);
  if (id < 0) return LastError("shmget");
  return id;
}

Result<SysvStat> StatSysv(int id) {
  struct shmid_ds status;
  if (shmctl(id, IPC_STAT, &status) != 0) return LastError("shmctl");
  return SysvStat{status.shm_segsz,    status.shm_nattch,    status.shm_ctime,     status.shm_cpid,
                  status.shm_perm.uid, status.shm_perm.cuid, status.shm_perm.mode, status.shm_perm.__key};
}

Status RemoveSysv(int id) {
  if (shmctl(id, IPC_RMID, nullptr) != 0) return LastError("shmctl");
  return Done{};
}

Result<int> KeyOfPath(const std::string& path, int project_id) {
  const int key = ftok(path.c_str(), project_id);
  if (key == -1) return LastError("ftok");
  return key;
}

}  // namespace shoal
