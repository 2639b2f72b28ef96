#ifndef SHOAL_KERNELS_TREE_H_
#define SHOAL_KERNELS_TREE_H_

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {

/// Elements of a leaf: each of 32 lanes adds 32 of them. Chunks are cut at multiples of it.
inline constexpr size_t kLeaf = 1024;

/// Combines the states of leaves along the binary tree over their indices, where a node without a right half is its left half. That is the
/// tree of `NeighbourTree`: so the result is the same however a view is cut, as long as the cuts are at powers of two of leaves.
template <typename State, typename Leaf, typename Combine>
SHOAL_INLINE State FoldTree(size_t count, State empty, Leaf leaf, Combine combine) {
  if (count == 0) return empty;
  State waiting[64];
  int depth = 0;
  size_t index = 0;
  for (size_t start = 0; start < count; start += kLeaf, ++index) {
    State state = leaf(start, count - start < kLeaf ? count - start : kLeaf);
    for (size_t bits = index; (bits & 1) != 0; bits >>= 1) state = combine(waiting[--depth], state);
    waiting[depth++] = state;
  }
  State total = waiting[--depth];
  while (depth > 0) total = combine(waiting[--depth], total);
  return total;
}

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_TREE_H_
