#ifndef SHOAL_SYS_MAPPING_H_
#define SHOAL_SYS_MAPPING_H_

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "sys/fault_table.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

enum class Access { kReadWrite, kReadOnly, kCopyOnWrite };

/// Which bytes of an object are mapped; offset 0 and the whole length for everything but files.
struct Extent {
  uint64_t offset = 0;
  size_t length = 0;
  auto operator<=>(const Extent&) const = default;
};

/// What is mapped and how; equal keys show equal bytes.
struct MappingKey {
  uint64_t device = 0;  ///< UINT64_MAX for System V, whose ids are numbers of their own.
  uint64_t object = 0;
  Extent extent;
  Access access = Access::kReadWrite;
  auto operator<=>(const MappingKey&) const = default;
};

struct MapOptions {
  Access access = Access::kReadWrite;
  /// Starts at a multiple of 2 MiB, without which no huge page fits.
  bool huge_aligned = false;
  /// Goes into core dumps. Off, because a dump of every dataset is slow and holds up the discovery of a death.
  bool dump = false;
  /// The object cannot shrink (it is sealed): no fault can happen in it.
  bool sealed = false;
};

/// A range of this process's address space that shows a shared object. Unmapped when the last owner lets it go;
/// `Detach` takes the object away earlier and leaves zeros, because a SharedArrayBuffer over the range cannot be taken back.
class Mapping {
 public:
  /// Takes the descriptor over and keeps it: it is how the memory is handed to other processes, and how faults are judged.
  static Result<std::shared_ptr<Mapping>> OfDescriptor(UniqueFd fd, Extent extent, const MapOptions& options);
  static Result<std::shared_ptr<Mapping>> OfSysv(int shmid, size_t length, const MapOptions& options);

  Mapping(void* base, size_t page_size, Extent extent, UniqueFd fd);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  /// First byte of the user's range; the mapping itself starts at the page border before it.
  void* data() const { return static_cast<char*>(base_) + lead_; }
  size_t length() const { return extent_.length; }
  int fd() const { return fd_.get(); }

  /// Replaces the range in place by private zero pages and closes the descriptor. Views stay usable and read zeros.
  Status Detach();
  bool detached() const { return detached_.load(std::memory_order_acquire); }

  /// Bits of `Damage`, as the function of that name finds them.
  uint32_t CheckDamage() const;

  Status Sync() const;
  Status Advise(int advice) const;
  Status Lock() const;
  /// Allocates (or reads in) the pages of a part. Blocks; for threads of its own.
  Status Populate(size_t offset, size_t length) const;
  /// The whole range by several threads at once.
  Status PopulateAll(unsigned threads) const;
  /// Gives the pages back for everybody who has the object.
  Status Punch() const;
  /// Turns the range into huge pages as far as they can be had.
  Status Collapse() const;
  /// Bytes that are in memory now.
  Result<size_t> ResidentBytes() const;

  /// The mapping table's own notes, under its lock: how many segments of this process, in all its threads, show this
  /// mapping, and the key under which they find it.
  int users = 0;
  std::optional<MappingKey> key;

 private:
  /// What is the same for all kinds once the object is mapped: faults and core dumps.
  void Prepare(const MapOptions& options, const MappedFile& file);

  void* const base_;
  /// Of the kernel's pages behind it: larger than PageSize() for huge ones, which cannot be split.
  const size_t page_size_;
  const Extent extent_;
  const size_t lead_;
  const size_t reserved_;
  UniqueFd fd_;
  FaultSlot* faults_ = nullptr;
  /// Only of read-only mappings.
  std::unique_ptr<PageBits> private_pages_;
  std::atomic<bool> detached_{false};
};

}  // namespace shoal

#endif  // SHOAL_SYS_MAPPING_H_
