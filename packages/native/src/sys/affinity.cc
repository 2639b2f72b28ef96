#include "sys/affinity.h"

#include <sched.h>

#include <algorithm>
#include <memory>

namespace shoal {
namespace {

/// The fixed cpu_set_t ends at 1,024 CPUs: this one has as many as it is made for.
class CpuSet {
 public:
  explicit CpuSet(int cpus) : byte_length_(CPU_ALLOC_SIZE(cpus)), set_(CPU_ALLOC(cpus)) { CPU_ZERO_S(byte_length_, set_.get()); }

  cpu_set_t* get() const { return set_.get(); }
  size_t byte_length() const { return byte_length_; }
  void Add(int cpu) { CPU_SET_S(cpu, byte_length_, set_.get()); }
  bool Has(int cpu) const { return CPU_ISSET_S(cpu, byte_length_, set_.get()); }

 private:
  struct Free {
    void operator()(cpu_set_t* set) const { CPU_FREE(set); }
  };
  size_t byte_length_;
  std::unique_ptr<cpu_set_t, Free> set_;
};

}  // namespace

std::vector<int> AllowedCpus() {
  // Machines with more CPUs answer EINVAL until the set is large enough.
  for (int most = 1024; most <= 1 << 20; most *= 2) {
    CpuSet set(most);
    if (sched_getaffinity(0, set.byte_length(), set.get()) != 0) continue;
    std::vector<int> cpus;
    for (int cpu = 0; cpu < most; cpu++) {
      if (set.Has(cpu)) cpus.push_back(cpu);
    }
    return cpus;
  }
  return {0};
}

Status SetAffinity(pid_t tid, const std::vector<int>& cpus) {
  const auto largest = std::max_element(cpus.begin(), cpus.end());
  CpuSet set(largest == cpus.end() ? 1 : *largest + 1);
  for (const int cpu : cpus) set.Add(cpu);
  if (sched_setaffinity(tid, set.byte_length(), set.get()) != 0) return LastError("sched_setaffinity");
  return Done{};
}

}  // namespace shoal
