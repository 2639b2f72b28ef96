#include "sys/word_watcher.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace shoal {
namespace {

// linux/futex.h has them since 5.16; the numbers are those of every architecture.
constexpr long kFutexWaitv = 449;
constexpr uint32_t kFutex32 = 2;
constexpr size_t kMostWords = 128;
struct Waiter {
  uint64_t value;
  uint64_t address;
  uint32_t flags;
  uint32_t reserved;
};
struct KernelTime {
  int64_t seconds;
  int64_t nanoseconds;
};

constexpr size_t kStackBytes = 256 * 1024;
constexpr std::chrono::nanoseconds kPoll = std::chrono::milliseconds(1);

Waiter WaiterFor(const Word* word, int32_t value) { return {static_cast<uint32_t>(value), reinterpret_cast<uintptr_t>(word), kFutex32, 0}; }

}  // namespace

Status WordWatcher::Start() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int failure = pthread_create(&thread_, &attributes, Run, this);
  pthread_attr_destroy(&attributes);
  if (failure != 0) return SysError{failure, "pthread_create"};
  started_ = true;
  return Done{};
}

void WordWatcher::Stop() {
  if (!started_) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Nudge();
  pthread_join(thread_, nullptr);
  started_ = false;
}

WordWatcher::Id WordWatcher::Watch(const Word* word, int32_t expected, std::chrono::nanoseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  Id id;
  {
    const std::lock_guard lock(mutex_);
    id = next_++;
    watched_.push_back({id, word, expected, deadline, false});
  }
  Nudge();
  return id;
}

bool WordWatcher::Cancel(Id id) {
  bool found;
  {
    // The thread looks at words only under the lock, and the kernel bears one that goes while it sleeps on it.
    const std::lock_guard lock(mutex_);
    found = std::erase_if(watched_, [&](const Watched& each) { return each.id == id; }) != 0;
  }
  // Asleep on it, it would take a wake that is meant for another.
  if (found) Nudge();
  return found;
}

std::vector<WordWatcher::Id> WordWatcher::Take() {
  const std::lock_guard lock(mutex_);
  std::vector<Id> over;
  for (const Watched& each : watched_) {
    if (each.over) over.push_back(each.id);
  }
  std::erase_if(watched_, [](const Watched& each) { return each.over; });
  return over;
}

void* WordWatcher::Run(void* self) {
  static_cast<WordWatcher*>(self)->Loop();
  return nullptr;
}

void WordWatcher::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    // Before the list is looked at: a change after this look ends the sleep.
    const int32_t seen = changes_.load(std::memory_order_seq_cst);
    const bool found = FindOver(now);
    std::vector<Watched> watched = watched_;
    lock.unlock();
    if (found) notify_(context_);
    const Word* woken = Sleep(seen, std::move(watched), now);
    lock.lock();
    // It may have changed and changed back since: whoever was woken looks again.
    for (Watched& each : watched_) {
      if (each.word == woken) each.deadline = Clock::time_point::min();
    }
  }
}

bool WordWatcher::FindOver(Clock::time_point now) {
  bool found = false;
  for (Watched& each : watched_) {
    // Sequentially consistent, as the count of sleepers that the waiter is in: see EventCount.
    if (each.over || (each.word->load(std::memory_order_seq_cst) == each.expected && now < each.deadline)) continue;
    each.over = found = true;
  }
  return found;
}

// The word that was woken, if any.
const Word* WordWatcher::Sleep(int32_t seen, std::vector<Watched> watched, Clock::time_point now) {
  static std::atomic<bool> lacks_waitv{false};
  std::erase_if(watched, [](const Watched& each) { return each.over; });
  // Who changes a word may die before it wakes anybody, and so may who was woken in the place of another: all are looked at once a slice.
  auto until = now + (watched.empty() ? std::chrono::hours(1) : kLongestSlice);
  std::vector<Waiter> waiters{WaiterFor(&changes_, seen)};
  std::vector<const Word*> words{&changes_};
  for (const Watched& each : watched) {
    until = std::min(until, each.deadline);
    if (std::find(words.begin(), words.end(), each.word) != words.end()) continue;
    words.push_back(each.word);
    if (waiters.size() < kMostWords) waiters.push_back(WaiterFor(each.word, each.expected));
  }
  const bool polls = !watched.empty() && (words.size() > kMostWords || lacks_waitv.load(std::memory_order_relaxed));
  if (polls) until = std::min(until, now + kPoll);
  if (!lacks_waitv.load(std::memory_order_relaxed)) {
    const int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(until.time_since_epoch()).count();
    const KernelTime deadline{ns / 1'000'000'000, ns % 1'000'000'000};
    const long woken = syscall(kFutexWaitv, waiters.data(), waiters.size(), 0, &deadline, CLOCK_MONOTONIC);
    if (woken > 0) return words[static_cast<size_t>(woken)];
    if (woken == 0 || errno == EAGAIN || errno == ETIMEDOUT || errno == EINTR) return nullptr;
    // ENOSYS, or EPERM from a container that does not know it.
    lacks_waitv.store(true, std::memory_order_relaxed);
  }
  FutexWait(&changes_, seen, until - Clock::now());
  return nullptr;
}

void WordWatcher::Nudge() {
  changes_.fetch_add(1, std::memory_order_seq_cst);
  FutexWake(&changes_, 1);
}

}  // namespace shoal
