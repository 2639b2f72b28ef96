#ifndef SHOAL_SYS_FAULT_TABLE_H_
#define SHOAL_SYS_FAULT_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sys/page_bits.h"

namespace shoal {

/// What has gone wrong in a mapping; bits, set by signal handlers or checks, never cleared.
enum Damage : uint32_t {
  kTruncated = 1,   ///< The file became shorter than the mapping: what is beyond its end reads as zeros.
  kIoFailed = 2,    ///< A page inside the file could not be had (disk full, failing device): it reads as zeros.
  kStoredInto = 4,  ///< A store into a read-only mapping happened; its page is private now, nothing shared changed.
};

/// One mapping that faults may hit. Slots are reused, never freed, so that a handler can read them at any time.
///
/// Memory ordering: the writer empties a slot by storing `begin` = 0, fills it, stores `end` and at last `begin`, each with
/// release. A handler loads `begin`, `end` and `begin` again with acquire: equal values belong together, so an address is
/// never compared with halves of two ranges. The other fields are read only after the address was found inside, and then
/// the range is in use, so nobody fills the slot.
struct FaultSlot {
  std::atomic<uintptr_t> begin{0};
  std::atomic<uintptr_t> end{0};
  size_t page_size = 0;
  int fd = -1;               ///< Of the mapped file; −1 for System V.
  uint64_t file_offset = 0;  ///< Of `begin`, a multiple of the page size.
  uint64_t file_end = 0;     ///< Of the user's range, which may end inside a page.
  /// The pages that stores have made private; nullptr where stores are allowed.
  PageBits* private_pages = nullptr;
  std::atomic<uint32_t> damage{0};
  std::atomic<uint32_t> replaced_pages{0};

  bool read_only() const { return private_pages != nullptr; }
};

/// A mapping in the address space, and the size of the pages behind it.
struct MappedRange {
  void* begin;
  size_t length;
  size_t page_size;
};

/// What of a file is mapped; −1 as `fd` for System V.
struct MappedFile {
  int fd = -1;
  uint64_t offset = 0;
  uint64_t end = 0;
};

/// Takes a free slot for a range and, the first time, installs the handlers for SIGBUS and SIGSEGV.
/// `private_pages` makes it a read-only one; its bits must outlive the range.
FaultSlot* AddFaultSlot(const MappedRange& range, const MappedFile& file, PageBits* private_pages);
void RemoveFaultSlot(FaultSlot* slot);

/// The slot whose range holds the address. Takes no lock: for signal handlers.
FaultSlot* FindFaultSlot(uintptr_t address);

/// Bits of `Damage`. Looks at the length of the file too, since system calls meet a truncated page without a signal.
uint32_t CheckDamage(FaultSlot& slot);

/// Whether the handlers are still ours. A program that sets its own (process.on('SIGBUS')) would loop for ever on a fault.
bool FaultHandlersInPlace();

}  // namespace shoal

#endif  // SHOAL_SYS_FAULT_TABLE_H_
