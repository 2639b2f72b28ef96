#include "sys/mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "sys/pages.h"
#include "sys/unmap_later.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

namespace shoal {
namespace {

/// Address space that starts at a huge-page border, to map over; the surplus on both sides is given back.
void* ReserveAligned(size_t length) {
  const size_t wide = length + kHugePage;
  void* found = mmap(nullptr, wide, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED) return MAP_FAILED;
  const auto from = reinterpret_cast<uintptr_t>(found);
  const uintptr_t aligned = RoundUp(from, kHugePage);
  if (aligned > from) munmap(found, aligned - from);
  munmap(reinterpret_cast<void*>(aligned + length), from + wide - aligned - length);
  return reinterpret_cast<void*>(aligned);
}

/// For kernels before 5.14. Adding 0 makes the page present and dirty without changing what others may be storing.
void TouchPages(char* from, size_t length, bool read_only) {
  for (size_t at = 0; at < length; at += PageSize()) {
    if (read_only) {
      __atomic_load_n(from + at, __ATOMIC_RELAXED);
    } else {
      __atomic_fetch_add(from + at, 0, __ATOMIC_RELAXED);
    }
  }
}

}  // namespace

Result<std::shared_ptr<Mapping>> Mapping::OfDescriptor(UniqueFd fd, Extent extent, const MapOptions& options) {
  const size_t lead = extent.offset % PageSize();
  const size_t reserved = RoundUp(extent.length + lead, PageSize());
  if (reserved < extent.length) return SysError{ENOMEM, "mmap"};
  const int protection = options.access == Access::kReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
  int flags = options.access == Access::kCopyOnWrite ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED;
  void* place = nullptr;
  if (options.huge_aligned) {
    place = ReserveAligned(reserved);
    if (place == MAP_FAILED) return LastError("mmap");
    flags |= MAP_FIXED;
  }
  const auto offset = static_cast<off_t>(extent.offset - lead);
  void* base = mmap(place, reserved, protection, flags, fd.get(), offset);
  if (base == MAP_FAILED) {
    const SysError error = LastError("mmap");
    if (place != nullptr) munmap(place, reserved);
    return error;
  }
  auto mapping = std::make_shared<Mapping>(base, reserved, extent, std::move(fd));
  if (options.access == Access::kReadOnly) mapping->private_pages_ = std::make_unique<PageBits>(reserved / PageSize());
  if (!options.sealed || mapping->private_pages_ != nullptr) {
    const MappedFile file{mapping->fd(), extent.offset - lead, extent.offset + extent.length};
    mapping->faults_ = AddFaultSlot(base, reserved, file, mapping->private_pages_.get());
  }
  if (!options.dump) mapping->Advise(MADV_DONTDUMP);
  return mapping;
}

Result<std::shared_ptr<Mapping>> Mapping::OfSysv(int shmid, size_t length, const MapOptions& options) {
  const bool read_only = options.access == Access::kReadOnly;
  void* base = shmat(shmid, nullptr, read_only ? SHM_RDONLY : 0);
  if (base == reinterpret_cast<void*>(-1)) return LastError("shmat");
  auto mapping = std::make_shared<Mapping>(base, RoundUp(length, PageSize()), Extent{0, length}, UniqueFd());
  if (read_only) {
    mapping->private_pages_ = std::make_unique<PageBits>(mapping->reserved_ / PageSize());
    mapping->faults_ = AddFaultSlot(base, mapping->reserved_, MappedFile{}, mapping->private_pages_.get());
  }
  if (!options.dump) mapping->Advise(MADV_DONTDUMP);
  return mapping;
}

Mapping::Mapping(void* base, size_t reserved, Extent extent, UniqueFd fd)
    : base_(base), reserved_(reserved), extent_(extent), lead_(extent.offset % PageSize()), fd_(std::move(fd)) {}

Mapping::~Mapping() {
  if (faults_ != nullptr) RemoveFaultSlot(faults_);
  const bool sealed = fd_ && faults_ == nullptr;
  if (sealed || detached()) {
    UnmapLater(base_, reserved_);
  } else {
    munmap(base_, reserved_);  // serves SysV attachments too: the kernel counts a detach when the range goes
  }
}

Status Mapping::Detach() {
  if (detached_.exchange(true, std::memory_order_acq_rel)) return Done{};
  constexpr int kFlags = MAP_FIXED | MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE;
  if (mmap(base_, reserved_, PROT_READ | PROT_WRITE, kFlags, -1, 0) == MAP_FAILED) {
    const SysError error = LastError("mmap");
    detached_.store(false, std::memory_order_release);
    return error;
  }
  if (faults_ != nullptr) RemoveFaultSlot(faults_);
  faults_ = nullptr;
  fd_.Close();
  return Done{};
}

uint32_t Mapping::CheckDamage() const { return faults_ == nullptr ? 0 : shoal::CheckDamage(*faults_); }

Status Mapping::Sync() const {
  if (msync(base_, reserved_, MS_SYNC) != 0) return LastError("msync");
  return Done{};
}

Status Mapping::Advise(int advice) const {
  if (madvise(base_, reserved_, advice) != 0) return LastError("madvise");
  return Done{};
}

Status Mapping::Lock() const {
  if (mlock(base_, reserved_) != 0) return LastError("mlock");
  return Done{};
}

Status Mapping::Populate(size_t offset, size_t length) const {
  const size_t from = (lead_ + offset) / PageSize() * PageSize();
  const size_t to = std::min(RoundUp(lead_ + offset + length, PageSize()), reserved_);
  char* start = static_cast<char*>(base_) + from;
  const bool read_only = private_pages_ != nullptr;
  if (madvise(start, to - from, read_only ? MADV_POPULATE_READ : MADV_POPULATE_WRITE) == 0) return Done{};
  if (errno != EINVAL) return LastError("madvise");
  TouchPages(start, to - from, read_only);
  return Done{};
}

Status Mapping::PopulateAll(unsigned threads) const {
  const size_t share = RoundUp(extent_.length / std::max(threads, 1U) + 1, kHugePage);
  std::atomic<int> failure{0};
  std::vector<std::thread> others;
  const auto part = [&](size_t from) {
    auto done = Populate(from, std::min(share, extent_.length - from));
    if (!done.ok()) failure.store(done.error().number, std::memory_order_relaxed);
  };
  for (size_t from = share; from < extent_.length; from += share) others.emplace_back(part, from);
  part(0);
  for (std::thread& other : others) other.join();
  if (failure.load() != 0) return SysError{failure.load(), "madvise"};
  return Done{};
}

Status Mapping::Punch() const {
  if (fd_) {
    if (fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(reserved_)) != 0)
      return LastError("fallocate");
    return Done{};
  }
  munlock(base_, reserved_);  // locked pages refuse MADV_REMOVE
  return Advise(MADV_REMOVE);
}

Status Mapping::Collapse() const { return Advise(MADV_COLLAPSE); }

Result<size_t> Mapping::ResidentBytes() const {
  constexpr size_t kPagesAtOnce = size_t{1} << 18;
  std::vector<unsigned char> pages(std::min(reserved_ / PageSize(), kPagesAtOnce));
  size_t resident = 0;
  for (size_t at = 0; at < reserved_; at += kPagesAtOnce * PageSize()) {
    const size_t length = std::min(kPagesAtOnce * PageSize(), reserved_ - at);
    if (mincore(static_cast<char*>(base_) + at, length, pages.data()) != 0) return LastError("mincore");
    resident +=
        static_cast<size_t>(std::count_if(pages.begin(), pages.begin() + length / PageSize(), [](auto page) { return (page & 1) != 0; }));
  }
  return resident * PageSize();
}

}  // namespace shoal
