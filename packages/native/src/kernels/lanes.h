#ifndef SHOAL_KERNELS_LANES_H_
#define SHOAL_KERNELS_LANES_H_

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {

using Doubles = Vector<double>;

/// Eight terms of a pass in order over memory.
template <typename T>
SHOAL_INLINE Doubles NextDoubles(const T* at) {
  PrefetchAhead(at);
  return LoadDoubles(at);
}

/// The 32 lanes of four accumulators, as a fixed tree.
SHOAL_INLINE double AddLanes(Doubles a, Doubles b, Doubles c, Doubles d) {
  const Doubles v = (a + b) + (c + d);
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// The sum of `vector(i)`, eight terms from index i on, and of `term(i)` where fewer than eight are left: 32 accumulators.
template <typename ToVector, typename ToTerm>
SHOAL_INLINE double AddTerms(size_t count, ToVector vector, ToTerm term) {
  Doubles a{}, b{}, c{}, d{};
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    a += vector(i);
    b += vector(i + 8);
    c += vector(i + 16);
    d += vector(i + 24);
  }
  for (; i + 8 <= count; i += 8) a += vector(i);
  for (; i < count; ++i) b[i % 8] += term(i);
  return AddLanes(a, b, c, d);
}

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_LANES_H_
