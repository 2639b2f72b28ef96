#ifndef SHOAL_KERNELS_RANDOM_H_
#define SHOAL_KERNELS_RANDOM_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// Where the numbers lie: [low, low + range) for floats; low + [0, span) for integers, where a span of 0 is 2^64.
struct RandomRange {
  double low;
  double high;
  uint64_t first;
  uint64_t span;
};

struct RandomTable {
  /// Element `index + i` of the sequence of a seed, for each i. Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2,
  /// 3", 2011): block k of the sequence is a function of the seed and k alone, and gives elements 2k and 2k + 1.
  void (*fill)(const Elements& into, uint64_t index, uint64_t seed, uint64_t stream, const RandomRange& range);
};
SHOAL_DECLARE_KERNELS(RandomTable, Random)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_RANDOM_H_
