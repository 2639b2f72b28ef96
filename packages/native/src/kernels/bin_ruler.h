#ifndef SHOAL_KERNELS_BIN_RULER_H_
#define SHOAL_KERNELS_BIN_RULER_H_

#include "kernels/histogram.h"

namespace shoal::kernels::SHOAL_PATH {

/// What an element's bin is found by: `x * scale + shift` is its place among the bins, less a half, so that rounding finds the bin.
struct Ruler {
  SHOAL_INLINE Ruler Of(const Bins& bins) {
    const double first = bins.edges[0];
    const double last = bins.edges[bins.count];
    const double scale = static_cast<double>(bins.count) / (last - first);
    const double widest = __builtin_fmax(__builtin_fabs(first), __builtin_fabs(last));
    // Farther from an edge than rounding can bring it, a bin is right.
    const double margin = static_cast<double>(bins.count) * 0x1p-48 + widest * scale * 0x1p-49;
    return {scale, -first * scale - 0.5, 0.5 - margin};
  }

  double scale;
  double shift;
  /// How far from the middle of its bin a place may be; not above 0, or NaN, where no bin can be trusted.
  double reach;
};

/// A bin by its place may be off by one, by rounding: the edges decide, as in numpy.
SHOAL_INLINE void Correct(const double* xs, size_t count, const Bins& bins, uint32_t* found) {
  const auto last = static_cast<uint32_t>(bins.count - 1);
  for (size_t i = 0; i < count; ++i) {
    const double x = xs[i];
    const bool inside = x >= bins.edges[0] && x <= bins.edges[bins.count];
    // Below the first bin, and by far above the last one, is what is outside; an edge's own element is a step from it.
    uint32_t bin = found[i] <= last ? found[i] : x - bins.edges[0] < bins.edges[bins.count] - x ? 0 : last;
    if (inside) {
      while (bin > 0 && x < bins.edges[bin]) --bin;
      while (bin < last && x >= bins.edges[bin + 1]) ++bin;
    }
    found[i] = inside ? bin : last + 1;
  }
}

/// The bin of each x; `bins.count` for what is outside. The compiler makes vectors of it, on every path.
SHOAL_INLINE void FindBins(const double* xs, size_t count, const Bins& bins, const Ruler& ruler, uint32_t* found) {
  // Added to a number of which the magnitude is below 2^51, it leaves that number's nearest integer in the low bits.
  constexpr double kRound = 0x1.8p52;
  const double end = static_cast<double>(bins.count);
  const auto none = static_cast<uint32_t>(bins.count);
  const auto [scale, shift, reach] = ruler;
  int64_t doubtful = 0;
  for (size_t i = 0; i < count; ++i) {
    double place = xs[i] * scale + shift;
    place = place > -1 ? place : -1;  // NaN too
    place = place < end ? place : end;
    const double rounded = place + kRound;
    doubtful |= !(__builtin_fabs(place - (rounded - kRound)) < reach);
    const auto bin = static_cast<uint32_t>(__builtin_bit_cast(uint64_t, rounded));
    found[i] = bin < none ? bin : none;
  }
  if (doubtful != 0) Correct(xs, count, bins, found);
}

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_BIN_RULER_H_
