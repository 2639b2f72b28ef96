#ifndef SHOAL_SYS_HELD_MUTEXES_H_
#define SHOAL_SYS_HELD_MUTEXES_H_

#include <vector>

#include "sys/robust_mutex.h"

namespace shoal {

/// The robust mutexes that the calling thread holds while JavaScript runs. They are nodes in the thread's robust list, so none may be held
/// any more when Node unmaps buffers, which it does before the thread ends.
class HeldMutexes {
 public:
  static HeldMutexes& OfThisThread();

  /// `poison`, unless null, is set when the thread ends with the mutex held.
  void Add(RobustMutex* mutex, Word* poison) { held_.push_back({mutex, poison}); }

  /// False when this thread does not hold it.
  bool Remove(const RobustMutex* mutex);

  bool Has(const RobustMutex* mutex) const;

  /// The first held one in [begin, end), or null.
  RobustMutex* Find(const void* begin, const void* end) const;

  /// What the kernel would do at the end of the thread.
  void Abandon();

  /// The same for those in [begin, end), which is about to be taken away.
  void Abandon(const void* begin, const void* end);

 private:
  struct Held {
    RobustMutex* mutex;
    Word* poison;
  };
  static void LetGo(const Held& held);

  std::vector<Held> held_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_HELD_MUTEXES_H_
