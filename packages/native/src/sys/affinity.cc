#include "sys/affinity.h"

#include <sched.h>

namespace shoal {

int AllowedCpus() {
  // The fixed cpu_set_t ends at 1,024 CPUs; larger machines answer EINVAL until the set is large enough.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t* set = CPU_ALLOC(cpus);
    const bool known = sched_getaffinity(0, CPU_ALLOC_SIZE(cpus), set) == 0;
    const int count = known ? CPU_COUNT_S(CPU_ALLOC_SIZE(cpus), set) : 0;
    CPU_FREE(set);
    if (known) return count;
  }
  return 1;
}

}  // namespace shoal
