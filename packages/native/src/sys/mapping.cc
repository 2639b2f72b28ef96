#include "sys/mapping.h"

#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

namespace shoal {
namespace {

size_t PageSize() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

size_t RoundUp(size_t length, size_t unit) { return (length + unit - 1) / unit * unit; }

}  // namespace

Result<std::shared_ptr<Mapping>> Mapping::OfDescriptor(UniqueFd fd, Extent extent, Access access) {
  const size_t lead = extent.offset % PageSize();
  const size_t reserved = RoundUp(extent.length + lead, PageSize());
  const int protection = access == Access::kReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
  const int sharing = access == Access::kCopyOnWrite ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED;
  void* base = mmap(nullptr, reserved, protection, sharing, fd.get(), static_cast<off_t>(extent.offset - lead));
  if (base == MAP_FAILED) return LastError("mmap");
  return std::make_shared<Mapping>(base, reserved, lead, extent.length, std::move(fd));
}

Result<std::shared_ptr<Mapping>> Mapping::OfSysv(int shmid, size_t length, Access access) {
  void* base = shmat(shmid, nullptr, access == Access::kReadOnly ? SHM_RDONLY : 0);
  if (base == reinterpret_cast<void*>(-1)) return LastError("shmat");
  return std::make_shared<Mapping>(base, RoundUp(length, PageSize()), 0, length, UniqueFd());
}

Mapping::Mapping(void* base, size_t reserved, size_t lead, size_t length, UniqueFd fd)
    : base_(base), reserved_(reserved), lead_(lead), length_(length), fd_(std::move(fd)) {}

// munmap serves SysV attachments too: the kernel counts a detach for every part of the mapping that goes.
Mapping::~Mapping() { munmap(base_, reserved_); }

Status Mapping::Detach() {
  if (detached_.exchange(true, std::memory_order_acq_rel)) return Done{};
  constexpr int kFlags = MAP_FIXED | MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE;
  if (mmap(base_, reserved_, PROT_READ | PROT_WRITE, kFlags, -1, 0) == MAP_FAILED) {
    const SysError error = LastError("mmap");
    detached_.store(false, std::memory_order_release);
    return error;
  }
  fd_.Close();
  return Done{};
}

Status Mapping::Sync() const {
  if (msync(base_, reserved_, MS_SYNC) != 0) return LastError("msync");
  return Done{};
}

Status Mapping::Advise(int advice) const {
  if (madvise(base_, reserved_, advice) != 0) return LastError("madvise");
  return Done{};
}

}  // namespace shoal
