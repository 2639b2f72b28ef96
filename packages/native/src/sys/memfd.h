#ifndef SHOAL_SYS_MEMFD_H_
#define SHOAL_SYS_MEMFD_H_

#include <cstddef>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

/// A nameless zeroed file in memory, sealed so that no holder can change its size under the others.
Result<UniqueFd> CreateMemfd(size_t length);

}  // namespace shoal

#endif  // SHOAL_SYS_MEMFD_H_
