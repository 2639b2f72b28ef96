#ifndef SHOAL_KERNELS_ELEMENTWISE_H_
#define SHOAL_KERNELS_ELEMENTWISE_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// Integers wrap around, except those of Uint8ClampedArray, which saturate. Floats are computed as doubles and rounded once, as a loop in
/// JavaScript would. A `factor` is a double for floats, an element for integers. `into` is a source itself, or overlaps none.
struct ElementwiseTable {
  void (*fill[kElementTypes])(void* into, size_t count, const Element* value);
  /// into[i] = first + (index + i) · step
  void (*iota[kElementTypes])(void* into, size_t count, double index, const Element* first, const Element* step);
  void (*scale[kElementTypes])(void* into, const void* xs, size_t count, const Element* factor);
  /// ys[i] += factor · xs[i]
  void (*axpy[kElementTypes])(void* ys, const void* xs, size_t count, const Element* factor);
  void (*add[kElementTypes])(void* into, const void* xs, const void* ys, size_t count);
  void (*multiply[kElementTypes])(void* into, const void* xs, const void* ys, size_t count);
  /// NaN stays NaN.
  void (*clamp[kElementTypes])(void* into, const void* xs, size_t count, const Element* least, const Element* most);
};
SHOAL_DECLARE_KERNELS(ElementwiseTable, Elementwise)

/// By type of the source, then of the target, whose elements are as numerous. Runs at the speed of memory on the portable path.
void Convert(const Elements& from, const Elements& into);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_ELEMENTWISE_H_
