#include "sys/whole_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace shoal {

/// Gives back what the umask has taken. Where that fails for who has just made the file, its file system has no modes.
static void SetMode(const UniqueFd& fd, unsigned mode) { static_cast<void>(fchmod(fd.get(), static_cast<mode_t>(mode)) == 0); }

Result<UniqueFd> OpenFile(const std::string& path, int flags, unsigned mode) {
  UniqueFd fd(open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (!fd) return LastError("open");
  if ((flags & O_CREAT) != 0) SetMode(fd, mode);
  return fd;
}

Result<UniqueFd> OpenUnnamed(const std::string& folder, unsigned mode) {
  UniqueFd fd(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (fd) {
    SetMode(fd, mode);
    return fd;
  }
  // EISDIR: a kernel or file system that does not know the flag and takes it for an open of the folder itself.
  if (errno == EISDIR || errno == EINVAL) errno = EOPNOTSUPP;
  return LastError("open");
}

Status NameFile(int fd, const std::string& path) {
  const std::string self = "/proc/self/fd/" + std::to_string(fd);
  if (linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0) return LastError("link");
  return Done{};
}

Status SetLength(int fd, size_t length) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && length > limit.rlim_cur) return SysError{EFBIG, "ftruncate"};
  if (ftruncate(fd, static_cast<off_t>(length)) != 0) return LastError("ftruncate");
  return Done{};
}

Status Reserve(int fd, size_t length) {
  if (Status status = SetLength(fd, length); !status.ok()) return status;
  int failed;
  do {
    failed = fallocate(fd, 0, 0, static_cast<off_t>(length));
  } while (failed != 0 && errno == EINTR);
  // Without fallocate (some network file systems) the file stays sparse: a full disk then shows as SHOAL_SEGMENT_IO.
  if (failed != 0 && errno != EOPNOTSUPP) return LastError("fallocate");
  return Done{};
}

}  // namespace shoal
