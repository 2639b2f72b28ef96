#include "sys/posix_shm.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

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

Status Reserve(int fd, size_t length) {
  if (ftruncate(fd, static_cast<off_t>(length)) != 0) return LastError("ftruncate");
  int failed;
  do {
    failed = fallocate(fd, 0, 0, static_cast<off_t>(length));
  } while (failed != 0 && errno == EINTR);
  if (failed != 0 && errno != EOPNOTSUPP) return LastError("fallocate");
  return Done{};
}

}  // namespace shoal
