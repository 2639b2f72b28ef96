#ifndef SHOAL_SYS_AFFINITY_H_
#define SHOAL_SYS_AFFINITY_H_

#include <sys/types.h>

#include <vector>

#include "sys/result.h"

namespace shoal {

/// The numbers of the CPUs that this thread may run on, ascending; CPU 0 alone where the kernel does not say.
std::vector<int> AllowedCpus();

/// Lets thread `tid` (0: this one) run on these CPUs only. EINVAL when it may run on none of them.
Status SetAffinity(pid_t tid, const std::vector<int>& cpus);

}  // namespace shoal

#endif  // SHOAL_SYS_AFFINITY_H_
