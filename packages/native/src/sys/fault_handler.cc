#include "sys/fault_handler.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "sys/fault_table.h"
#include "sys/pages.h"

namespace shoal {
namespace {

/// Each replaced page can cost a mapping of its own, and a process may have 65,530: after this many the rest goes at once.
constexpr uint32_t kSinglePages = 1024;

std::atomic<bool> installed{false};
struct sigaction previous_bus;
struct sigaction previous_segv;

uintptr_t PageOf(const FaultSlot& slot, uintptr_t address) { return address & ~(slot.page_size - 1); }

uint64_t OffsetOf(const FaultSlot& slot, uintptr_t address) {
  return slot.file_offset + (address - slot.begin.load(std::memory_order_relaxed));
}

/// From `page` to the end of the page, or of the slot when it has had its share of single pages.
size_t Stretch(FaultSlot& slot, uintptr_t page) {
  const bool single = slot.replaced_pages.fetch_add(1, std::memory_order_relaxed) < kSinglePages;
  return single ? slot.page_size : slot.end.load(std::memory_order_relaxed) - page;
}

/// Writable also in a read-only mapping: these pages are nobody else's, and a store must not fault for ever.
bool ReplaceByZeros(uintptr_t from, size_t length) {
  constexpr int kFlags = MAP_FIXED | MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE;
  return mmap(reinterpret_cast<void*>(from), length, PROT_READ | PROT_WRITE, kFlags, -1, 0) != MAP_FAILED;
}

/// A touched page has no memory behind it: the file ends before it, or the page could not be read or allocated.
bool MendMissingPage(FaultSlot& slot, uintptr_t address) {
  const uintptr_t page = PageOf(slot, address);
  struct stat status;
  const bool known = slot.fd >= 0 && fstat(slot.fd, &status) == 0;
  if (known && OffsetOf(slot, page) >= static_cast<uint64_t>(status.st_size)) {
    const uintptr_t begin = slot.begin.load(std::memory_order_relaxed);
    const uint64_t size = static_cast<uint64_t>(status.st_size);
    const uint64_t kept = size > slot.file_offset ? size - slot.file_offset : 0;
    const uintptr_t beyond = begin + RoundUp(kept, slot.page_size);
    slot.damage.fetch_or(kTruncated, std::memory_order_release);
    return ReplaceByZeros(beyond, slot.end.load(std::memory_order_relaxed) - beyond);
  }
  slot.damage.fetch_or(kIoFailed, std::memory_order_release);
  return ReplaceByZeros(page, Stretch(slot, page));
}

/// A file's page becomes copy-on-write by mapping it again; the kernel copies it when the store is repeated.
bool MakePrivateOfFile(const FaultSlot& slot, uintptr_t page, size_t length) {
  void* at = reinterpret_cast<void*>(page);
  const auto offset = static_cast<off_t>(OffsetOf(slot, page));
  return mmap(at, length, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_NORESERVE, slot.fd, offset) != MAP_FAILED;
}

/// System V has nothing to map again: a copy is moved into place, which is atomic for the other threads.
bool MakePrivateCopy(uintptr_t page, size_t length) {
  void* copy = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE, -1, 0);
  if (copy == MAP_FAILED) return false;
  memcpy(copy, reinterpret_cast<void*>(page), length);
  return mremap(copy, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, reinterpret_cast<void*>(page)) != MAP_FAILED;
}

bool MakePrivate(const FaultSlot& slot, uintptr_t from, size_t length) {
  return slot.fd < 0 ? MakePrivateCopy(from, length) : MakePrivateOfFile(slot, from, length);
}

/// All pages that are not private yet, stretch by stretch: those that are keep what was stored into them.
bool MakeRestPrivate(const FaultSlot& slot) {
  const uintptr_t begin = slot.begin.load(std::memory_order_relaxed);
  const uintptr_t end = slot.end.load(std::memory_order_relaxed);
  const size_t page_size = slot.page_size;
  const auto is_shared = [&](uintptr_t page) { return page < end && slot.private_pages->Claim((page - begin) / page_size); };
  for (uintptr_t page = begin; page < end; page += page_size) {
    if (!is_shared(page)) continue;
    const uintptr_t from = page;
    do {
      page += page_size;
    } while (is_shared(page));
    if (!MakePrivate(slot, from, page - from)) return false;
  }
  return true;
}

bool MendStore(FaultSlot& slot, uintptr_t address) {
  const uintptr_t page = PageOf(slot, address);
  slot.damage.fetch_or(kStoredInto, std::memory_order_release);
  if (!slot.private_pages->Claim((page - slot.begin.load(std::memory_order_relaxed)) / slot.page_size)) return true;
  if (!MakePrivate(slot, page, slot.page_size)) return false;
  const bool single = slot.replaced_pages.fetch_add(1, std::memory_order_relaxed) < kSinglePages;
  return single || MakeRestPrivate(slot);
}

void HandOn(const struct sigaction& previous, int signal, siginfo_t* info, void* context) {
  if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN) {
    sigaction(signal, &previous, nullptr);  // the fault repeats and ends the process as it would have without us
    if (info->si_code <= 0) raise(signal);  // sent by somebody: nothing repeats it
  } else {
    previous.sa_handler(signal);
  }
}

void OnBus(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  FaultSlot* slot = info->si_code > 0 ? FindFaultSlot(address) : nullptr;
  if (slot == nullptr || !MendMissingPage(*slot, address)) HandOn(previous_bus, signal, info, context);
  errno = saved;
}

void OnSegv(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  FaultSlot* slot = info->si_code == SEGV_ACCERR ? FindFaultSlot(address) : nullptr;
  if (slot == nullptr || !slot->read_only() || !MendStore(*slot, address)) HandOn(previous_segv, signal, info, context);
  errno = saved;
}

void Install(int signal, void (*handler)(int, siginfo_t*, void*), struct sigaction* previous) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  sigemptyset(&action.sa_mask);
  // ONSTACK: the fault may be a thread's stack overflow. NODEFER: to copy a page can itself fault.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(signal, &action, previous);
}

/// A program that takes its own handler back leaves none at all: then ours comes back, before the same ones as ever.
bool Reclaim(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction current;
  if (sigaction(signal, nullptr, &current) != 0) return false;
  if ((current.sa_flags & SA_SIGINFO) != 0) return current.sa_sigaction == handler;
  if (current.sa_handler != SIG_DFL) return false;
  Install(signal, handler, nullptr);
  return true;
}

}  // namespace

void InstallFaultHandlers() {
  if (installed.exchange(true)) return;
  Install(SIGBUS, OnBus, &previous_bus);
  Install(SIGSEGV, OnSegv, &previous_segv);
}

bool FaultHandlersInPlace() { return !installed || (Reclaim(SIGBUS, OnBus) && Reclaim(SIGSEGV, OnSegv)); }

}  // namespace shoal
