#ifndef SHOAL_SYS_MAPPING_H_
#define SHOAL_SYS_MAPPING_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

enum class Access { kReadWrite, kReadOnly, kCopyOnWrite };

/// Which bytes of an object are mapped; offset 0 and the whole length for everything but files.
struct Extent {
  uint64_t offset = 0;
  size_t length = 0;
};

/// A range of this process's address space that shows a shared object. Unmapped when the last owner lets it go;
/// `Detach` takes the object away earlier and leaves zeros, because a SharedArrayBuffer over the range cannot be taken back.
class Mapping {
 public:
  /// Takes the descriptor over and keeps it: it is how the memory is handed to other processes.
  static Result<std::shared_ptr<Mapping>> OfDescriptor(UniqueFd fd, Extent extent, Access access);
  static Result<std::shared_ptr<Mapping>> OfSysv(int shmid, size_t length, Access access);

  Mapping(void* base, size_t reserved, size_t lead, size_t length, UniqueFd fd);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  /// First byte of the user's range; the mapping itself starts at the page border before it.
  void* data() const { return static_cast<char*>(base_) + lead_; }
  size_t length() const { return length_; }
  int fd() const { return fd_.get(); }

  /// Replaces the range in place by private zero pages and closes the descriptor. Views stay usable and read zeros.
  Status Detach();
  bool detached() const { return detached_.load(std::memory_order_acquire); }

  Status Sync() const;
  Status Advise(int advice) const;

  /// How many segments of this process, in all its threads, show this mapping; guarded by the mapping table.
  int users = 0;

 private:
  void* const base_;
  const size_t reserved_;
  const size_t lead_;
  const size_t length_;
  UniqueFd fd_;
  std::atomic<bool> detached_{false};
};

}  // namespace shoal

#endif  // SHOAL_SYS_MAPPING_H_
