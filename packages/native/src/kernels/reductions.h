#ifndef SHOAL_KERNELS_REDUCTIONS_H_
#define SHOAL_KERNELS_REDUCTIONS_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// The least and the greatest element, as elements, of at least one. NaN is both where there is one; −0 is less than 0.
struct Extremes {
  Element least;
  Element greatest;
};

/// An element and where it is.
struct Found {
  Element element;
  size_t index;
};

struct ExtremesTable {
  void (*both[kElementTypes])(const void* xs, size_t count, Extremes* out);
  /// The first of the least, or of the greatest, elements; the first NaN where there is one.
  void (*first[kElementTypes])(const void* xs, size_t count, bool greatest, Found* out);
};
SHOAL_DECLARE_KERNELS(ExtremesTable, Extreme)

/// Moments of at least one element: how many, their mean, and the sum of squared deviations from it.
struct Moments {
  double count;
  double mean;
  double squares;
};

/// Of floats in `real`, rounded along the fixed tree; of integers exact: low + high · 2^64.
struct Product {
  double real;
  __int128 low;
  __int128 high;
};

/// A sum of squares of x · 2^(−600 · scale), where scale is −1, 0 or 1: so that squares neither overflow nor vanish.
struct Squares {
  double sum;
  double scale;
};

struct ProductTable {
  void (*dot[kElementTypes])(const void* xs, const void* ys, size_t count, Product* out);
  /// In doubles for every type.
  void (*squares[kElementTypes])(const void* xs, size_t count, Squares* out);
  void (*moments[kElementTypes])(const void* xs, size_t count, Moments* out);
  /// How many elements lie in [least, most]; NaN never does.
  size_t (*within[kElementTypes])(const void* xs, size_t count, const Element* least, const Element* most);
};
SHOAL_DECLARE_KERNELS(ProductTable, Products)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_REDUCTIONS_H_
