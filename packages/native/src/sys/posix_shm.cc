#include "sys/posix_shm.h"

#include <fcntl.h>
#include <sys/mman.h>

namespace shoal {

Result<UniqueFd> OpenPosix(const std::string& name, int flags, unsigned mode) {
  UniqueFd fd(shm_open(name.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (!fd) return LastError("shm_open");
  return fd;
}

Status RemovePosix(const std::string& name) {
  if (shm_unlink(name.c_str()) != 0) return LastError("shm_unlink");
  return Done{};
}

}  // namespace shoal
