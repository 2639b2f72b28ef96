#include "sys/mapping.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "sys/mapping_table.h"
#include "sys/memfd.h"
#include "sys/pages.h"
#include "sys/sysv_shm.h"
#include "sys/whole_file.h"

namespace shoal {
namespace {

UniqueFd File(size_t length) {
  auto fd = OpenUnnamed("/tmp", 0600);
  CHECK(fd.ok());
  CHECK(ftruncate(fd.value().get(), static_cast<off_t>(length)) == 0);
  return std::move(fd.value());
}

std::shared_ptr<Mapping> Map(int fd, Extent extent, const MapOptions& options = {}) {
  auto mapping = Mapping::OfDescriptor(UniqueFd(dup(fd)), extent, options);
  CHECK(mapping.ok());
  return mapping.value();
}

/// Mappings of memfds in this process now.
size_t MemfdMappings() {
  std::ifstream maps("/proc/self/maps");
  size_t count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find("/memfd:shoal") != std::string::npos;
  return count;
}

volatile char* Bytes(const std::shared_ptr<Mapping>& mapping) { return static_cast<volatile char*>(mapping->data()); }

volatile sig_atomic_t told_before = 0;
volatile sig_atomic_t mended = 0;

// First of all tests with mappings: handlers are installed once a process.
TEST(HandlersOfTheProgram, "a handler that the program had before gets the faults that are not ours") {
  const pid_t child = fork();
  if (child == 0) {
    struct sigaction action = {};
    action.sa_sigaction = [](int, siginfo_t*, void*) {
      if (!mended || told_before) _exit(1);
      told_before = 1;
      raise(SIGBUS);
    };
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, nullptr);
    signal(SIGBUS, [](int) { _exit(told_before ? 42 : 1); });
    UniqueFd fd = File(8192);
    auto mapping = Map(fd.get(), {0, 8192}, {.access = Access::kReadOnly});
    Bytes(mapping)[0] = 1;
    mended = 1;
    *reinterpret_cast<volatile char*>(8) = 1;
    _exit(2);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

TEST(SealedMemfd, "a memfd keeps its size whatever its holders try") {
  auto fd = CreateMemfd(5000);
  CHECK(fd.ok());
  CHECK(ftruncate(fd.value().get(), 100) == -1 && errno == EPERM);
  CHECK(ftruncate(fd.value().get(), 10'000) == -1 && errno == EPERM);
  CHECK((fcntl(fd.value().get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST(DetachLeavesZeros, "a detached range reads zeros, takes stores, and has let go of its descriptor") {
  auto fd = CreateMemfd(10'000);
  auto mapping = Map(fd.value().get(), {0, 10'000});
  auto other = Map(fd.value().get(), {0, 10'000});
  Bytes(mapping)[9'999] = 7;
  CHECK(mapping->Detach().ok());
  CHECK(Bytes(mapping)[9'999] == 0);
  Bytes(mapping)[0] = 1;
  CHECK(mapping->fd() == -1);
  CHECK(Bytes(other)[9'999] == 7 && Bytes(other)[0] == 0);
  CHECK(mapping->Detach().ok());
}

TEST(SmallOnesWait, "small mappings leave the address space many at a time, large ones at once") {
  const size_t before = MemfdMappings();
  auto large = Mapping::OfDescriptor(std::move(CreateMemfd(1 << 20).value()), {0, 1 << 20}, {.sealed = true});
  large.value().reset();
  CHECK(MemfdMappings() == before);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      std::vector<std::shared_ptr<Mapping>> kept;
      for (int i = 0; i < 1000; ++i) {
        auto made = Mapping::OfDescriptor(std::move(CreateMemfd(100).value()), {0, 100}, {.sealed = true});
        CHECK(made.ok());
        Bytes(made.value())[99] = 1;
        if (i % 3 == 0) kept.push_back(made.value());
        if (i % 50 == 49) kept.clear();
        for (const auto& mapping : kept) CHECK(Bytes(mapping)[99] == 1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(MemfdMappings() < before + 64);
}

TEST(MappingsRunOut, "mappings run out before the process has none left, and come back") {
  auto id = GetSysv(IPC_PRIVATE, 100, IPC_CREAT | 0600);
  CHECK(id.ok());
  std::vector<std::shared_ptr<Mapping>> all;
  for (;;) {
    auto made = Mapping::OfSysv(id.value(), 100, {});
    if (!made.ok()) {
      CHECK(made.error().number == ENOMEM);
      break;
    }
    all.push_back(made.value());
  }
  CHECK(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  all.clear();
  CHECK(Mapping::OfSysv(id.value(), 100, {}).ok());
  CHECK(RemoveSysv(id.value()).ok());
}

TEST(PunchGivesBack, "punching zeroes the object for everybody") {
  auto fd = CreateMemfd(10'000);
  auto mapping = Map(fd.value().get(), {0, 10'000});
  auto other = Map(fd.value().get(), {0, 10'000});
  Bytes(mapping)[1] = 7;
  CHECK(mapping->Punch().ok());
  CHECK(Bytes(other)[1] == 0);
}

TEST(OffsetsInsidePages, "an extent may start inside a page") {
  UniqueFd fd = File(20'000);
  CHECK(pwrite(fd.get(), "x", 1, 4104) == 1);
  auto mapping = Map(fd.get(), {4104, 100});
  CHECK(Bytes(mapping)[0] == 'x');
  CHECK(mapping->length() == 100);
}

TEST(HugeAligned, "a huge-aligned mapping starts at a border of 2 MiB") {
  auto fd = CreateMemfd(5 << 20);
  auto mapping = Map(fd.value().get(), {0, 5 << 20}, {.huge_aligned = true, .sealed = true});
  CHECK(reinterpret_cast<uintptr_t>(mapping->data()) % kHugePage == 0);
  CHECK(mapping->PopulateAll(3).ok());
  CHECK(mapping->ResidentBytes().value() == 5 << 20);
}

TEST(TruncatedFile, "a page beyond the end of a truncated file reads as zero and marks the mapping") {
  UniqueFd fd = File(1 << 20);
  auto mapping = Map(fd.get(), {0, 1 << 20});
  Bytes(mapping)[100] = 1;
  CHECK(mapping->CheckDamage() == 0);
  CHECK(ftruncate(fd.get(), 4096) == 0);
  CHECK(Bytes(mapping)[500'000] == 0);
  CHECK(Bytes(mapping)[100] == 1);
  CHECK(mapping->CheckDamage() == kTruncated);
}

TEST(StoreIntoReadOnly, "a store into a read-only mapping stays private") {
  UniqueFd fd = File(40'960);
  auto mapping = Map(fd.get(), {0, 40'960}, {.access = Access::kReadOnly});
  auto writable = Map(fd.get(), {0, 40'960});
  Bytes(mapping)[5000] = 1;
  CHECK(Bytes(mapping)[5000] == 1);
  CHECK(Bytes(writable)[5000] == 0);
  CHECK(mapping->CheckDamage() == kStoredInto);
}

#ifndef __SANITIZE_THREAD__  // which takes the handler's mmap under the other threads for a racing store
TEST(StoresStay, "what many threads store into a read-only mapping, in any order, stays where it is") {
  constexpr size_t kPages = 5000;
  UniqueFd fd = File(kPages * 4096);
  auto mapping = Map(fd.get(), {0, kPages * 4096}, {.access = Access::kReadOnly});
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      // 1,999 has no factor in common with 5,000: every page, far from the last one. All threads share all pages.
      for (size_t i = 0; i < kPages; ++i) Bytes(mapping)[i * 1999 % kPages * 4096 + t] = static_cast<char>(t + 1);
    });
  }
  for (auto& thread : threads) thread.join();
  for (size_t page = 0; page < kPages; ++page) {
    for (size_t t = 0; t < 4; ++t) CHECK(Bytes(mapping)[page * 4096 + t] == static_cast<char>(t + 1));
  }
}
#endif

TEST(ForeignFault, "a fault outside of all mappings ends the process as it would without us") {
  UniqueFd fd = File(4096);
  auto mapping = Map(fd.get(), {0, 4096});
  const pid_t child = fork();
  if (child == 0) {
    *static_cast<volatile int*>(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) = 1;
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(!(WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

TEST(SysvRemovedWhileAttached, "a System V segment that is marked removed lives until its last attachment goes") {
  auto id = GetSysv(0, 1000, 01600);
  CHECK(id.ok());
  auto mapping = Mapping::OfSysv(id.value(), 1000, {});
  CHECK(mapping.ok());
  CHECK(RemoveSysv(id.value()).ok());
  CHECK(StatSysv(id.value()).value().attached == 1);
  CHECK(mapping.value()->Detach().ok());
  CHECK(!StatSysv(id.value()).ok());
}

TEST(FaultsInManyThreads, "many threads fault in many mappings while others come and go") {
  std::atomic<int> mended{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        UniqueFd fd = File(65'536);
        auto mapping = Map(fd.get(), {0, 65'536});
        CHECK(ftruncate(fd.get(), 0) == 0);
        mended += Bytes(mapping)[40'000] == 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(mended == 200);
}

TEST(OneMappingForAll, "all threads of a process find one mapping, which the last user takes away") {
  UniqueFd fd = File(8192);
  std::atomic<int> at_one_address{0};
  auto first = MapDescriptorOnce(UniqueFd(dup(fd.get())), {0, 8192}, {}, true);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        auto found = MapDescriptorOnce(UniqueFd(dup(fd.get())), {0, 8192}, {}, true);
        CHECK(found.ok());
        at_one_address += found.value()->data() == first.value()->data();
        CHECK(RemoveUser(*found.value(), true).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(at_one_address == 1600);
  CHECK(!first.value()->detached());
  CHECK(RemoveUser(*first.value(), true).ok());
  CHECK(first.value()->detached());
}

TEST(FoundByAddress, "a mapping is found by its address until its last user lets go, also where each thread maps by itself") {
  UniqueFd file = File(8192);
  auto made = MapDescriptorOnce(UniqueFd(dup(file.get())), Extent{8, 4096}, {}, false);
  CHECK(made.ok());
  Mapping& mapping = *made.value();
  CHECK(MappingAt(mapping.data()) == made.value());
  CHECK(MappingAt(static_cast<char*>(mapping.data()) + 8) == nullptr);
  AddMapping(made.value(), false);
  CHECK(RemoveUser(mapping, true).ok());
  CHECK(MappingAt(mapping.data()) == made.value());
  CHECK(RemoveUser(mapping, true).ok());
  CHECK(MappingAt(mapping.data()) == nullptr);
}

TEST(PrivateCopiesAreNotShared, "copy-on-write mappings are never shared") {
  UniqueFd fd = File(8192);
  const MapOptions options{.access = Access::kCopyOnWrite};
  auto one = MapDescriptorOnce(UniqueFd(dup(fd.get())), {0, 8192}, options, true);
  auto two = MapDescriptorOnce(UniqueFd(dup(fd.get())), {0, 8192}, options, true);
  CHECK(one.value()->data() != two.value()->data());
}

}  // namespace
}  // namespace shoal
