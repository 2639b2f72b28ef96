#include "kernels/top_k.h"

#include <algorithm>
#include <vector>

#include "kernels/keys_as.h"

namespace shoal::kernels {
namespace {

struct Candidate {
  uint64_t key;
  uint64_t index;
  bool operator<(const Candidate& other) const { return key < other.key || (key == other.key && index < other.index); }
};

}  // namespace

size_t TopK(ElementType type, bool descending, const void* elements, size_t count, size_t first_index, size_t k, uint64_t* keys,
            double* indices) {
  if (k == 0) return 0;
  std::vector<Candidate> heap;
  heap.reserve(std::min(k, count));
  ByWidth(type, [&]<typename U>() {
    ForKeys<U>(type, descending, elements, count, [&](const U* batch, size_t first, size_t length) {
      for (size_t i = 0; i < length; ++i) {
        if (heap.size() == k && batch[i] >= heap.front().key) continue;
        if (heap.size() == k) {
          std::pop_heap(heap.begin(), heap.end());
          heap.pop_back();
        }
        heap.push_back({batch[i], first_index + first + i});
        std::push_heap(heap.begin(), heap.end());
      }
    });
  });
  std::sort_heap(heap.begin(), heap.end());
  for (size_t i = 0; i < heap.size(); ++i) {
    keys[i] = heap[i].key;
    indices[i] = static_cast<double>(heap[i].index);
  }
  return heap.size();
}

}  // namespace shoal::kernels
