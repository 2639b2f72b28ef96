#include "sys/numa.h"

#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace shoal {

Status SetNumaPolicy(void* begin, size_t length, NumaPolicy policy) {
  constexpr unsigned kMaxNodes = 1024;
  std::array<unsigned long, kMaxNodes / (8 * sizeof(unsigned long))> nodes{};
  int mode = MPOL_LOCAL;
  if (policy == NumaPolicy::kInterleave) {
    mode = MPOL_INTERLEAVE;
    if (syscall(SYS_get_mempolicy, nullptr, nodes.data(), kMaxNodes, nullptr, MPOL_F_MEMS_ALLOWED) != 0) return LastError("get_mempolicy");
  } else if (policy == NumaPolicy::kBind) {
    mode = MPOL_BIND;
    unsigned node = 0;
    if (syscall(SYS_getcpu, nullptr, &node, nullptr) != 0) return LastError("getcpu");
    nodes[node / (8 * sizeof(unsigned long))] |= 1UL << (node % (8 * sizeof(unsigned long)));
  }
  const bool local = mode == MPOL_LOCAL;
  if (syscall(SYS_mbind, begin, length, mode, local ? nullptr : nodes.data(), local ? 0 : kMaxNodes, 0) != 0) return LastError("mbind");
  return Done{};
}

}  // namespace shoal
