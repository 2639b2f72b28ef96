#ifndef SHOAL_KERNELS_SAMPLE_PLACE_H_
#define SHOAL_KERNELS_SAMPLE_PLACE_H_

#include <cstddef>
#include <cstdint>

namespace shoal::kernels {

/// Of element `i` of a sample of `sampled` from among `count`, which are as many at least: ascending, and at no regular distance, because
/// elements may repeat at one.
inline size_t SamplePlace(size_t i, size_t sampled, size_t count) {
  const size_t step = count / sampled;
  const uint64_t mixed = (i + 1) * 0x9e37'79b9'7f4a'7c15;
  return i * step + (mixed ^ mixed >> 29) % step;
}

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_SAMPLE_PLACE_H_
