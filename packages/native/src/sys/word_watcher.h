#ifndef SHOAL_SYS_WORD_WATCHER_H_
#define SHOAL_SYS_WORD_WATCHER_H_

#include <pthread.h>

#include <chrono>
#include <mutex>
#include <vector>

#include "sys/futex.h"
#include "sys/result.h"

namespace shoal {

/// Waits for changes of many words on one thread, which sleeps in `futex_waitv` (Linux 5.16). Without it, and for what is beyond the 127
/// words that one call takes, it looks every millisecond.
class WordWatcher {
 public:
  using Id = uint32_t;

  /// `notify(context)` is called on the watcher's thread when there is something to take.
  WordWatcher(void (*notify)(void*), void* context) : notify_(notify), context_(context) {}
  WordWatcher(const WordWatcher&) = delete;
  WordWatcher& operator=(const WordWatcher&) = delete;
  ~WordWatcher() { Stop(); }

  Status Start();
  /// What is still watched is forgotten.
  void Stop();

  /// Until the word differs from `expected`, somebody wakes it, or the time is over; a change that nobody wakes for is seen within a slice.
  /// The word must stay until it is taken or cancelled.
  Id Watch(const Word* word, int32_t expected, std::chrono::nanoseconds timeout);
  /// Afterwards the word may go, and its id is not taken any more. False where it has been taken.
  bool Cancel(Id id);
  /// Which watches are over; each once.
  std::vector<Id> Take();

 private:
  using Clock = std::chrono::steady_clock;
  struct Watched {
    Id id;
    const Word* word;
    int32_t expected;
    Clock::time_point deadline;
    bool over;
  };

  static void* Run(void* self);
  void Loop();
  bool FindOver(Clock::time_point now);
  const Word* Sleep(int32_t seen, std::vector<Watched> watched, Clock::time_point now);
  void Nudge();

  void (*notify_)(void*);
  void* context_;
  pthread_t thread_{};
  bool started_ = false;

  // Changes when the thread has to look at the list again.
  Word changes_{0};
  std::mutex mutex_;
  bool stopping_ = false;
  Id next_ = 1;
  std::vector<Watched> watched_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_WORD_WATCHER_H_
