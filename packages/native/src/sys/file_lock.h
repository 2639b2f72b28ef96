#ifndef SHOAL_SYS_FILE_LOCK_H_
#define SHOAL_SYS_FILE_LOCK_H_

#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

/// A whole-file lock of the open file description: it belongs to the descriptor, not to the process, and the kernel gives
/// it back when the last copy of the descriptor is closed, however its holder ended. True: got it; false: somebody has it.
Result<bool> TryLockFile(int fd);

/// Whether somebody else holds it.
Result<bool> IsFileLocked(int fd);

/// The name of this process's locked file in `folder`. Made at the first call, held until the process ends; process-wide,
/// since environments come and go. It appears under its name already locked, so that nobody takes it for a dead one's.
Result<std::string> OwnerFile(const std::string& folder);
/// The same if it has been made; empty if not.
Result<std::string> KnownOwnerFile(const std::string& folder);

}  // namespace shoal

#endif  // SHOAL_SYS_FILE_LOCK_H_
