#ifndef SHOAL_KERNELS_SCAN_H_
#define SHOAL_KERNELS_SCAN_H_

#include "kernels/element_type.h"

namespace shoal::kernels {

enum class ScanOp : uint8_t { kSum, kProduct, kMin, kMax, kAnd, kOr, kXor };
inline constexpr size_t kScanOps = 7;

/// What a chunk is scanned from, and what its elements combine to: a double for floats, else an element. Integers wrap around; those of
/// Uint8ClampedArray saturate.
struct ScanKernels {
  void (*identity)(Element* out);
  /// total = everything in xs, combined in the grouping of `scan`
  void (*total)(const void* xs, size_t count, Element* total);
  /// into[i] = carry ∘ x0 ∘ … ∘ xi, or ∘ … ∘ x(i−1) where `exclusive`; `into` may be `xs`. Total as above.
  void (*scan)(const void* xs, void* into, size_t count, const Element* carry, bool exclusive, Element* total);
  /// carry = carry ∘ total
  void (*join)(Element* carry, const Element* total);
};

/// Null for bitwise operations on floats.
const ScanKernels* ScanKernelsFor(ElementType type, ScanOp op);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_SCAN_H_
