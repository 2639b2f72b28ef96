#ifndef SHOAL_KERNELS_TOP_K_H_
#define SHOAL_KERNELS_TOP_K_H_

#include "kernels/element_type.h"

namespace shoal::kernels {

/// The `k` first elements, in ascending or descending order; of equal ones those of the least index. `indices` counts from `first`.
/// How many there are: less than `k` where there are fewer elements. `keys` are encoded in that order.
size_t TopK(ElementType type, bool descending, const void* elements, size_t count, size_t first, size_t k, uint64_t* keys, double* indices);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_TOP_K_H_
