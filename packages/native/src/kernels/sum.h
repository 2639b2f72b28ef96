#ifndef SHOAL_KERNELS_SUM_H_
#define SHOAL_KERNELS_SUM_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// A sum of floats is `real` (with what rounding has lost, in `lost`, where that is kept); one of integers is exact, in `whole`.
struct Sum {
  double real;
  double lost;
  __int128 whole;
};

struct SumTable {
  void (*plain[kElementTypes])(const void* xs, size_t count, Sum* out);
  void (*compensated[kElementTypes])(const void* xs, size_t count, Sum* out);
};
SHOAL_DECLARE_KERNELS(SumTable, Sums)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_SUM_H_
