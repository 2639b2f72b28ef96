#ifndef SHOAL_SYS_NUMA_H_
#define SHOAL_SYS_NUMA_H_

#include <cstddef>

#include "sys/result.h"

namespace shoal {

enum class NumaPolicy { kInterleave, kBind, kLocal };

/// Where pages that are touched first from now on come from: all allowed nodes in turn, the caller's node only, or each toucher's.
Status SetNumaPolicy(void* begin, size_t length, NumaPolicy policy);

}  // namespace shoal

#endif  // SHOAL_SYS_NUMA_H_
