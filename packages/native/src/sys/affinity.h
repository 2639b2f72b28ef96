#ifndef SHOAL_SYS_AFFINITY_H_
#define SHOAL_SYS_AFFINITY_H_

namespace shoal {

/// How many CPUs this thread may run on.
int AllowedCpus();

}  // namespace shoal

#endif  // SHOAL_SYS_AFFINITY_H_
