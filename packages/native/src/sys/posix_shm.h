#ifndef SHOAL_SYS_POSIX_SHM_H_
#define SHOAL_SYS_POSIX_SHM_H_

#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

/// `name` as shm_open takes it: one leading slash.
Result<UniqueFd> OpenPosix(const std::string& name, int flags, unsigned mode);
Status RemovePosix(const std::string& name);

}  // namespace shoal

#endif  // SHOAL_SYS_POSIX_SHM_H_
