#include "sys/fault_table.h"

#include <sys/stat.h>

#include <array>
#include <mutex>

#include "sys/fault_handler.h"

namespace shoal {
namespace {

struct Block {
  std::array<FaultSlot, 256> slots;
  std::atomic<Block*> next{nullptr};
};

std::mutex writers;
Block first_block;

FaultSlot* FreeSlot() {
  for (Block* block = &first_block;; block = block->next.load(std::memory_order_acquire)) {
    for (FaultSlot& slot : block->slots) {
      if (slot.begin.load(std::memory_order_relaxed) == 0) return &slot;
    }
    if (block->next.load(std::memory_order_relaxed) == nullptr) block->next.store(new Block, std::memory_order_release);
  }
}

}  // namespace

FaultSlot* AddFaultSlot(const MappedRange& range, const MappedFile& file, PageBits* private_pages) {
  std::lock_guard lock(writers);
  InstallFaultHandlers();
  FaultSlot* slot = FreeSlot();
  const auto begin = reinterpret_cast<uintptr_t>(range.begin);
  slot->page_size = range.page_size;
  slot->fd = file.fd;
  slot->file_offset = file.offset;
  slot->file_end = file.end;
  slot->private_pages = private_pages;
  slot->damage.store(0, std::memory_order_relaxed);
  slot->replaced_pages.store(0, std::memory_order_relaxed);
  slot->end.store(begin + range.length, std::memory_order_release);
  slot->begin.store(begin, std::memory_order_release);
  return slot;
}

void RemoveFaultSlot(FaultSlot* slot) {
  std::lock_guard lock(writers);
  slot->begin.store(0, std::memory_order_release);
}

FaultSlot* FindFaultSlot(uintptr_t address) {
  for (Block* block = &first_block; block != nullptr; block = block->next.load(std::memory_order_acquire)) {
    for (FaultSlot& slot : block->slots) {
      const uintptr_t begin = slot.begin.load(std::memory_order_acquire);
      const uintptr_t end = slot.end.load(std::memory_order_acquire);
      const bool whole = slot.begin.load(std::memory_order_acquire) == begin;
      if (whole && begin != 0 && address >= begin && address < end) return &slot;
    }
  }
  return nullptr;
}

uint32_t CheckDamage(FaultSlot& slot) {
  const uintptr_t begin = slot.begin.load(std::memory_order_acquire);
  struct stat status;
  const bool is_short = slot.fd >= 0 && fstat(slot.fd, &status) == 0 && static_cast<uint64_t>(status.st_size) < slot.file_end;
  // Another thread may have let go meanwhile, and the descriptor be somebody else's: it leaves the table before that is closed.
  if (is_short && slot.begin.load(std::memory_order_acquire) == begin) slot.damage.fetch_or(kTruncated, std::memory_order_relaxed);
  return slot.damage.load(std::memory_order_acquire);
}

}  // namespace shoal
