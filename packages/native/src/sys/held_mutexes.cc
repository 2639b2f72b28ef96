#include "sys/held_mutexes.h"

#include <algorithm>

namespace shoal {

HeldMutexes& HeldMutexes::OfThisThread() {
  static thread_local HeldMutexes held;
  return held;
}

bool HeldMutexes::Remove(const RobustMutex* mutex) {
  // Locks nest, so the one that is let go mostly is the last.
  const auto found = std::find_if(held_.rbegin(), held_.rend(), [&](const Held& held) { return held.mutex == mutex; });
  if (found == held_.rend()) return false;
  held_.erase(std::next(found).base());
  return true;
}

bool HeldMutexes::Has(const RobustMutex* mutex) const {
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) { return held.mutex == mutex; });
}

RobustMutex* HeldMutexes::Find(const void* begin, const void* end) const {
  const auto found = std::find_if(held_.begin(), held_.end(), [&](const Held& held) { return held.mutex >= begin && held.mutex < end; });
  return found == held_.end() ? nullptr : found->mutex;
}

void HeldMutexes::Abandon() {
  for (const Held& held : held_) LetGo(held);
  held_.clear();
}

void HeldMutexes::Abandon(const void* begin, const void* end) {
  std::erase_if(held_, [&](const Held& held) {
    const bool inside = held.mutex >= begin && held.mutex < end;
    if (inside) LetGo(held);
    return inside;
  });
}

void HeldMutexes::LetGo(const Held& held) {
  if (held.poison != nullptr) held.poison->store(1, std::memory_order_release);
  held.mutex->Unlock();
}

}  // namespace shoal
