#ifndef SHOAL_KERNELS_GATHER_RANGES_H_
#define SHOAL_KERNELS_GATHER_RANGES_H_

#include "kernels/element_type.h"

namespace shoal::kernels {

/// Ranges of ascending keys (`ordered_keys.h`), each of 2^shift keys from `least` on: those of which the bit is 1 are wanted. Bits, the
/// lowest of a byte first, of some thousand ranges fit the first-level cache.
struct WantedRanges {
  uint64_t least;
  uint32_t shift;
  const uint8_t* wanted;
  size_t wanted_bytes;
};

/// Appends the elements whose keys lie in wanted ranges, NaN as one NaN. Writes `room` elements at most: a program may store into what is
/// read after it was counted. How many were written.
size_t GatherRanges(ElementType type, const void* elements, size_t count, const WantedRanges& ranges, void* into, size_t room);

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GATHER_RANGES_H_
