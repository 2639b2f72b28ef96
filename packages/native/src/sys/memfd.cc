#include "sys/memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "sys/whole_file.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace shoal {
namespace {

std::atomic<int> table_size{256};

/// The kernel doubles a full table of descriptors, and each time the process waits until every CPU has been through the
/// scheduler (some 10 ms with several threads). Thousands of small segments would meet that again and again: so it is made
/// 16 times as large at once, as far as the process may have so many, by using the last number.
void KeepTableAhead(int fd) {
  int size = table_size.load(std::memory_order_relaxed);
  if (fd + 1 < size || !table_size.compare_exchange_strong(size, size * 16, std::memory_order_relaxed)) return;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const auto last = std::min(static_cast<rlim_t>(size) * 16, limit.rlim_cur) - 1;
  UniqueFd far(fcntl(fd, F_DUPFD_CLOEXEC, static_cast<int>(last)));
}

}  // namespace

Result<UniqueFd> CreateMemfd(size_t length) {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  // Kernels under vm.memfd_noexec=2 refuse the call without MFD_NOEXEC_SEAL; kernels before 6.3 do not know it.
  UniqueFd fd(memfd_create("shoal", kFlags | MFD_NOEXEC_SEAL));
  if (!fd && errno == EINVAL) fd = UniqueFd(memfd_create("shoal", kFlags));
  if (!fd) return LastError("memfd_create");
  KeepTableAhead(fd.get());
  if (Status status = SetLength(fd.get(), length); !status.ok()) return status.error();
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) return LastError("fcntl");
  return fd;
}

}  // namespace shoal
