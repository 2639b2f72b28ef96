#include <pthread.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "check.h"
#include "sys/barrier.h"
#include "sys/held_mutexes.h"
#include "sys/member_table.h"
#include "sys/mutex.h"
#include "sys/read_write_lock.h"
#include "sys/record_ring.h"
#include "sys/semaphore.h"
#include "sys/word_watcher.h"

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds kSpin = microseconds(20);
constexpr nanoseconds kSlice = milliseconds(50);

/// Zeroed memory for an object that makes itself out of zeros.
template <typename T>
class Room {
 public:
  explicit Room(size_t extra = 0) : bytes_(new (std::align_val_t{64}) unsigned char[sizeof(T) + extra]) {
    memset(bytes_, 0, sizeof(T) + extra);
  }
  ~Room() { ::operator delete[](bytes_, std::align_val_t{64}); }
  T* operator->() { return reinterpret_cast<T*>(bytes_); }
  void* bytes() { return bytes_; }

 private:
  unsigned char* bytes_;
};

template <typename F>
void InThreads(int count, F run) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(run, i);
  for (auto& thread : threads) thread.join();
}

bool IsHeld(shoal::LockResult result) { return result == shoal::LockResult::kLocked || result == shoal::LockResult::kPoisoned; }

}  // namespace

TEST(BarrierMakesWritesVisible, "a barrier makes what was written before it visible after it, and elects one a phase") {
  constexpr int kMembers = 3;
  constexpr int kPhases = 2000;
  Room<shoal::Barrier> barrier;
  barrier->Initialise(kMembers);
  int plain[kMembers] = {};
  std::atomic<int> elected{0};
  InThreads(kMembers, [&](int me) {
    for (int phase = 1; phase <= kPhases; ++phase) {
      plain[me] = phase;
      for (int step = 0; step < 2; ++step) {
        auto arrival = barrier->Arrive(kSpin, kSlice);
        while (arrival.result == shoal::BarrierResult::kWaiting) arrival.result = barrier->Await(arrival.generation, kSpin, kSlice);
        if (arrival.result == shoal::BarrierResult::kElected) ++elected;
        CHECK(arrival.result != shoal::BarrierResult::kBroken);
        for (int i = 0; step == 0 && i < kMembers; ++i) CHECK(plain[i] == phase);
      }
    }
  });
  CHECK(elected == 2 * kPhases);
}

TEST(MutexExcludes, "a mutex guards plain memory; the death of its owner is told until it is repaired") {
  Room<shoal::Mutex> mutex;
  CHECK(mutex->Initialise().ok());
  int plain = 0;
  InThreads(3, [&](int) {
    for (int i = 0; i < 2000; ++i) {
      while (!IsHeld(mutex->Lock(kSpin, kSlice))) {
      }
      ++plain;
      CHECK(mutex->Unlock());
    }
  });
  CHECK(plain == 6000);
  std::thread([&] { CHECK(mutex->Lock(kSpin, kSlice) == shoal::LockResult::kLocked); }).join();
  CHECK(mutex->Lock(kSpin, kSlice) == shoal::LockResult::kPoisoned);
  CHECK(mutex->Lock(kSpin, kSlice) == shoal::LockResult::kDeadlock);
  CHECK(mutex->Repair());
  CHECK(mutex->Unlock());
  CHECK(!mutex->Unlock());
  CHECK(mutex->TryLock() == shoal::LockResult::kLocked);
  CHECK(mutex->Unlock());
}

TEST(SemaphoreHandsOver, "what was written before a release is seen after the acquire that it lets through") {
  Room<shoal::Semaphore> full;
  Room<shoal::Semaphore> empty;
  full->Initialise(0);
  empty->Initialise(1);
  int plain = 0;
  const auto acquire = [](Room<shoal::Semaphore>& semaphore) {
    while (!semaphore->Acquire(1, kSpin, kSlice)) {
    }
  };
  InThreads(2, [&](int me) {
    for (int i = 0; i < 3000; ++i) {
      acquire(me == 0 ? empty : full);
      CHECK(plain == 2 * i + me);
      ++plain;
      CHECK((me == 0 ? full : empty)->Release(1));
    }
  });
}

TEST(RingKeepsRecords, "every record comes out of a ring once and whole") {
  constexpr uint32_t kCapacity = 256;
  constexpr int kRecords = 3000;
  Room<shoal::RecordRing> ring(kCapacity);
  CHECK(ring->Initialise(kCapacity).ok());
  std::atomic<int64_t> sum{0};
  InThreads(4, [&](int me) {
    int64_t record[4];
    const auto bytes = std::as_writable_bytes(std::span(record));
    for (int i = 0; i < kRecords; ++i) {
      if (me % 2 == 0) {
        for (int64_t& word : record) word = i;
        while (ring->Push(bytes, kSpin, kSlice) == shoal::RecordRing::Outcome::kBusy) {
        }
      } else {
        while (ring->Pop(bytes, kSpin, kSlice).outcome == shoal::RecordRing::Outcome::kBusy) {
        }
        for (const int64_t word : record) CHECK(word == record[0]);
        sum += record[0];
      }
    }
  });
  CHECK(sum == int64_t{kRecords} * (kRecords - 1));
}

TEST(WritersAreAlone, "a reader never sees half of what a writer writes") {
  constexpr uint32_t kSlots = 4;
  Room<shoal::ReadWriteLock> lock(kSlots * sizeof(shoal::ReadWriteLock::Slot));
  CHECK(lock->Initialise(kSlots).ok());
  int pair[2] = {};
  InThreads(4, [&](int me) {
    for (int i = 0; i < 1000; ++i) {
      if (me == 0) {
        while (!IsHeld(lock->BeginWrite(kSpin, kSlice))) {
        }
        for (uint32_t slot = 0; slot < kSlots;) slot = lock->Drain(slot, kSlice);
        ++pair[0];
        ++pair[1];
        CHECK(lock->EndWrite());
      } else {
        int32_t slot;
        while ((slot = lock->Read(me, kSlice)) < 0) {
        }
        CHECK(pair[0] == pair[1]);
        CHECK(lock->EndRead(slot));
      }
    }
  });
}

TEST(MembersAreSeenDead, "a member that ends without leaving is found dead until it is buried") {
  constexpr uint32_t kMembers = 2;
  Room<shoal::MemberSlot> room(kMembers * sizeof(shoal::MemberSlot));
  shoal::MemberTable table(room.bytes(), kMembers);
  CHECK(table.Initialise().ok());
  CHECK(table.Join() == 0);
  CHECK(table.Join() == 0);
  std::thread([&] {
    CHECK(table.Join() == 1);
    table.Leave();
  }).join();
  CHECK(table.FindDead() == -1);
  std::thread([&] { CHECK(table.Join() == 1); }).join();
  CHECK(table.FindDead() == 1);
  CHECK(table.FindDead() == 1);
  table.Bury();
  CHECK(table.FindDead() == -1);
  std::thread([&] {
    CHECK(table.Join() == 1);
    shoal::HeldMutexes::OfThisThread().Abandon();
  }).join();
  CHECK(table.FindDead() == 1);
  table.Leave();
}

TEST(WatcherSeesEveryWord,
     "one thread sees the changes of more words than one system call takes, forgets what is cancelled and keeps time") {
  constexpr int kWords = 200;
  std::vector<shoal::Word> words(kWords);
  std::atomic<int> notified{0};
  shoal::WordWatcher watcher([](void* count) { static_cast<std::atomic<int>*>(count)->fetch_add(1); }, &notified);
  CHECK(watcher.Start().ok());
  const auto differs = watcher.Watch(&words[0], 1, kSlice);
  const auto late = watcher.Watch(&words[0], 0, milliseconds(1));
  const auto cancelled = watcher.Watch(&words[1], 0, kSlice * 1000);
  std::vector<shoal::WordWatcher::Id> ids;
  for (shoal::Word& word : words) ids.push_back(watcher.Watch(&word, 0, kSlice * 1000));
  CHECK(watcher.Cancel(cancelled));
  CHECK(!watcher.Cancel(cancelled));
  std::thread changer([&] {
    for (shoal::Word& word : words) {
      word.store(7);
      shoal::FutexWake(&word, 1);
    }
  });
  std::vector<shoal::WordWatcher::Id> over;
  while (over.size() < kWords + 2) {
    for (const auto id : watcher.Take()) over.push_back(id);
  }
  changer.join();
  CHECK(notified > 0);
  CHECK(std::count(over.begin(), over.end(), cancelled) == 0);
  for (const auto id : ids) CHECK(std::count(over.begin(), over.end(), id) == 1);
  CHECK(std::count(over.begin(), over.end(), differs) == 1 && std::count(over.begin(), over.end(), late) == 1);
}
