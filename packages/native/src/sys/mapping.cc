#include "sys/mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

#include "sys/held_mutexes.h"
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

std::atomic<size_t> mapping_count{0};

/// How many mappings there may be: what the kernel allows the process, less an eighth for everybody else in it. V8 does not
/// survive a collection for which it can map nothing more.
size_t MostMappings() {
  static const size_t most = [] {
    size_t allowed = 65'530;
    std::ifstream("/proc/sys/vm/max_map_count") >> allowed;
    return allowed / 8 * 7;
  }();
  return most;
}

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

/// The size of the pages behind a new mapping. The kernel tells of huge ones (System V, hugetlbfs) only by refusing an
/// address inside of one: moving a page to where it is does nothing otherwise, and to ask for more would split the mapping.
size_t PageSizeAt(void* base) {
  constexpr size_t kLargest = size_t{16} << 30;
  for (size_t size = PageSize(); size <= kLargest; size *= 2) {
    if (mremap(static_cast<char*>(base) + size, PageSize(), PageSize(), 0) != MAP_FAILED || errno != EINVAL) return size;
  }
  return PageSize();
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
  if (reserved < extent.length || mapping_count >= MostMappings()) return SysError{ENOMEM, "mmap"};
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
  const size_t page_size = options.sealed ? PageSize() : PageSizeAt(base);
  auto mapping = std::make_shared<Mapping>(base, page_size, extent, std::move(fd));
  mapping->Prepare(options, {mapping->fd(), extent.offset - lead, extent.offset + extent.length});
  return mapping;
}

Result<std::shared_ptr<Mapping>> Mapping::OfSysv(int shmid, size_t length, const MapOptions& options) {
  if (mapping_count >= MostMappings()) return SysError{ENOMEM, "shmat"};
  const bool read_only = options.access == Access::kReadOnly;
  void* base = shmat(shmid, nullptr, read_only ? SHM_RDONLY : 0);
  if (base == reinterpret_cast<void*>(-1)) return LastError("shmat");
  auto mapping = std::make_shared<Mapping>(base, PageSizeAt(base), Extent{0, length}, UniqueFd());
  mapping->Prepare(options, MappedFile{});
  return mapping;
}

Mapping::Mapping(void* base, size_t page_size, Extent extent, UniqueFd fd)
    : base_(base),
      page_size_(page_size),
      extent_(extent),
      lead_(extent.offset % PageSize()),
      reserved_(RoundUp(lead_ + extent.length, page_size)),
      fd_(std::move(fd)) {
  mapping_count.fetch_add(1, std::memory_order_relaxed);
}

void Mapping::Prepare(const MapOptions& options, const MappedFile& file) {
  const bool read_only = options.access == Access::kReadOnly;
  if (read_only) private_pages_ = std::make_unique<PageBits>(reserved_ / page_size_);
  const bool can_shrink = fd_ && !options.sealed;
  if (read_only || can_shrink) faults_ = AddFaultSlot({base_, reserved_, page_size_}, file, private_pages_.get());
  if (!options.dump) Advise(MADV_DONTDUMP);
}

Mapping::~Mapping() {
  mapping_count.fetch_sub(1, std::memory_order_relaxed);
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
  // A held mutex whose memory is taken away would leave a hole in the thread's list.
  HeldMutexes::OfThisThread().Abandon(base_, static_cast<char*>(base_) + reserved_);
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
