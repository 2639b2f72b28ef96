#ifndef SHOAL_KERNELS_MATMUL_H_
#define SHOAL_KERNELS_MATMUL_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// c = a · b, all row by row: a has `rows` × `inner` elements, b `inner` × `columns`.
struct Matmul {
  const void* a;
  const void* b;
  void* c;
  size_t inner;
  size_t columns;
};

/// The part of c that one call makes.
struct MatmulTile {
  size_t row;
  size_t rows;
  size_t column;
  size_t columns;
};

/// Longest sides of a tile, and so the bounds of the scratch memory: its packed parts of a and b fit the second-level cache.
inline constexpr size_t kMatmulRows = 192;
inline constexpr size_t kMatmulColumns = 384;
inline constexpr size_t kMatmulInner = 256;
/// With room for sides that are rounded up to whole registers.
inline constexpr size_t kMatmulScratchElements = (kMatmulRows + 32 + kMatmulColumns + 64) * kMatmulInner;

struct MatmulTable {
  /// `scratch` has kMatmulScratchElements elements, aligned to 64 bytes.
  void (*doubles)(const Matmul& product, const MatmulTile& tile, double* scratch);
  void (*floats)(const Matmul& product, const MatmulTile& tile, float* scratch);
};
SHOAL_DECLARE_KERNELS(MatmulTable, Matmuls)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_MATMUL_H_
