#ifndef SHOAL_KERNELS_ELEMENTWISE_H_
#define SHOAL_KERNELS_ELEMENTWISE_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// Integers wrap around, except those of Uint8ClampedArray, which saturate. `into` is a source itself or overlaps none.
struct ElementwiseTable {
  void (*fill[kElementTypes])(void* into, size_t count, const Element* value);
};
SHOAL_DECLARE_KERNELS(ElementwiseTable, Elementwise)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_ELEMENTWISE_H_
