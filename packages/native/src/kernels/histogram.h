#ifndef SHOAL_KERNELS_HISTOGRAM_H_
#define SHOAL_KERNELS_HISTOGRAM_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// `bins` bins between `edges[0]` and `edges[bins]`, which are evenly spaced but for rounding. The last one is closed.
struct Bins {
  const double* edges;
  size_t count;
};

inline constexpr size_t kNoMemory = SIZE_MAX;

/// Both add to `counts`, of doubles: 1 for each element, or its weight where `weights` is not null.
struct HistogramTable {
  /// Elements outside the edges, and NaN, are not counted. False when there is no memory.
  bool (*histogram[kElementTypes])(const void* elements, size_t count, const double* weights, Bins bins, double* counts);
  /// Integers only. One more than the greatest element: no count from there on has changed. More than `bins` where an element is not in
  /// [0, bins): the counts are then of no use. kNoMemory when there is none.
  size_t (*bincount[kElementTypes])(const void* elements, size_t count, const double* weights, size_t bins, double* counts);
};
SHOAL_DECLARE_KERNELS(HistogramTable, Histograms)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_HISTOGRAM_H_
