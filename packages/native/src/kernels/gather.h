#ifndef SHOAL_KERNELS_GATHER_H_
#define SHOAL_KERNELS_GATHER_H_

#include "kernels/element_type.h"

namespace shoal::kernels {

/// `into[i]` = the element of `from` at `indices[i]`, which are uint32_t or double; where one lies outside, the first element. Of one type,
/// and `from` not empty.
void Gather(const Elements& indices, const Elements& from, void* into);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GATHER_H_
