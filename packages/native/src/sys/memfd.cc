#include "sys/memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace shoal {

Result<UniqueFd> CreateMemfd(size_t length) {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  // Kernels under vm.memfd_noexec=2 refuse the call without MFD_NOEXEC_SEAL; kernels before 6.3 do not know it.
  UniqueFd fd(memfd_create("shoal", kFlags | MFD_NOEXEC_SEAL));
  if (!fd && errno == EINVAL) fd = UniqueFd(memfd_create("shoal", kFlags));
  if (!fd) return LastError("memfd_create");
  if (ftruncate(fd.get(), static_cast<off_t>(length)) != 0) return LastError("ftruncate");
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) return LastError("fcntl");
  return fd;
}

}  // namespace shoal
