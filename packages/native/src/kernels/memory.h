#ifndef SHOAL_KERNELS_MEMORY_H_
#define SHOAL_KERNELS_MEMORY_H_

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace shoal::kernels {

struct FreeMemory {
  void operator()(void* memory) const { free(memory); }
};
template <typename T>
using MemoryOf = std::unique_ptr<T[], FreeMemory>;

/// Uninitialised memory for plain data, at the start of a line of cache; null when there is none.
template <typename T>
MemoryOf<T> Memory(size_t count) {
  constexpr size_t kLine = 64;
  return MemoryOf<T>(static_cast<T*>(aligned_alloc(kLine, (count * sizeof(T) / kLine + 1) * kLine)));
}

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_MEMORY_H_
