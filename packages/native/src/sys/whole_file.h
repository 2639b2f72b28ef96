#ifndef SHOAL_SYS_WHOLE_FILE_H_
#define SHOAL_SYS_WHOLE_FILE_H_

#include <cstddef>
#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

/// Opens with O_CLOEXEC. What it makes has that mode, whatever the umask.
Result<UniqueFd> OpenFile(const std::string& path, int flags, unsigned mode);

/// A file that has no name yet: it is finished first and then named at once, so that nobody ever sees half of it and
/// nothing is left when its maker dies. It has that mode, whatever the umask. EOPNOTSUPP where the file system has no such files.
Result<UniqueFd> OpenUnnamed(const std::string& folder, unsigned mode);

/// Gives it its name; EEXIST where there is one.
Status NameFile(int fd, const std::string& path);

/// Sets the length. EFBIG beyond RLIMIT_FSIZE (ulimit -f), where the kernel would end the process by SIGXFSZ.
Status SetLength(int fd, size_t length);

/// Sets the length and reserves the blocks, so that later stores cannot find the file system full.
Status Reserve(int fd, size_t length);

}  // namespace shoal

#endif  // SHOAL_SYS_WHOLE_FILE_H_
