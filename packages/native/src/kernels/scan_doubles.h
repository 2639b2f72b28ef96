#ifndef SHOAL_KERNELS_SCAN_DOUBLES_H_
#define SHOAL_KERNELS_SCAN_DOUBLES_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// Running sums of whole blocks of 64 elements, as doubles. `before` is the sum of what lies before them in the chunk, and goes on.
struct DoubleScanTable {
  void (*total)(const double* xs, size_t blocks, double* before);
  void (*scan)(const double* xs, double* into, size_t blocks, double carry, double* before, bool exclusive);
};
SHOAL_DECLARE_KERNELS(DoubleScanTable, DoubleScans)

inline constexpr size_t kScanRow = 8;
inline constexpr size_t kScanBlock = kScanRow * 8;

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_SCAN_DOUBLES_H_
