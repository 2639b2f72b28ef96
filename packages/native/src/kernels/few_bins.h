#ifndef SHOAL_KERNELS_FEW_BINS_H_
#define SHOAL_KERNELS_FEW_BINS_H_

#include "kernels/bin_counts.h"

namespace shoal::kernels::SHOAL_PATH {

/// Few bins are counted by 16 bits, which leaves the first-level cache to what is counted.
inline constexpr size_t kFewBins = 4096;
/// So many elements at once, a quarter in each turn.
inline constexpr size_t kFewElements = size_t{1} << 17;
/// The counts of one bin do not lie in the same place of the cache in all turns.
inline constexpr size_t kSkew = 32;

/// Counts by words of eight bytes; a mask finds the bin of each element in them. Storing counts is what takes the time then. All elements
/// by OR: where that is not below `size`, a power of two, one has been counted in another's bin.
template <typename T>
SHOAL_INLINE uint64_t CountFew(const T* xs, size_t count, size_t size, uint16_t* table) {
  constexpr unsigned kBits = 8 * sizeof(T);
  constexpr uint64_t kLane = ~uint64_t{0} >> (64 - kBits);
  constexpr size_t kLanes = 8 / sizeof(T);
  constexpr size_t kLine = 64 / sizeof(T);
  const uint64_t mask = kLane & (size - 1);
  const size_t next = size + kSkew;
  uint16_t* const tables[kTurns] = {table, table + next, table + 2 * next, table + 3 * next};
  uint64_t lanes = 0;
  uint64_t seen = 0;
  size_t i = 0;
  for (; i + kLine <= count && seen < size; i += kLine) {
    PrefetchAhead(xs + i);
#pragma GCC unroll 8
    for (size_t word = 0; word < kLine; word += kLanes) {
      uint64_t elements;
      memcpy(&elements, xs + i + word, sizeof elements);
      lanes |= elements;
#pragma GCC unroll 8
      for (size_t lane = 0; lane < kLanes; ++lane) ++tables[(word + lane) % kTurns][elements >> (lane * kBits) & mask];
    }
    if (i % kBatch != 0) continue;
    for (unsigned lane = 0; lane < kLanes; ++lane) seen |= lanes >> (lane * kBits) & kLane;
  }
  for (unsigned lane = 0; lane < kLanes; ++lane) seen |= lanes >> (lane * kBits) & kLane;
  for (; i < count && seen < size; ++i) {
    const uint64_t element = static_cast<uint64_t>(Get(xs + i)) & kLane;
    seen |= element;
    ++table[element & mask];
  }
  return seen;
}

/// One more than the greatest of `count` integers, as which they are added to `counts`; more than `bins` where one has no bin.
template <typename T>
SHOAL_INLINE size_t BincountFew(const T* xs, size_t count, size_t bins, double* counts) {
  alignas(64) uint16_t table[kTurns * (kFewBins + kSkew)];
  // Negative ones are above all bins, also of a byte.
  constexpr size_t kBelow = static_cast<Value<T>>(-1) < 0 ? size_t{1} << (8 * sizeof(T) - 1) : kFewBins;
  size_t size = 1;
  while (size < bins && size < kBelow) size *= 2;
  const size_t next = size + kSkew;
  size_t used = 0;
  for (size_t start = 0; start < count; start += kFewElements) {
    memset(table, 0, kTurns * next * sizeof table[0]);
    const uint64_t seen = CountFew(xs + start, count - start < kFewElements ? count - start : kFewElements, size, table);
    if (seen >= size) return bins + 1;
    const auto sum = [&](size_t bin)
                         SHOAL_FLAT { return uint32_t{table[bin]} + table[bin + next] + table[bin + 2 * next] + table[bin + 3 * next]; };
    size_t here = seen + 1;
    while (sum(here - 1) == 0) --here;
    if (here > bins) return bins + 1;
    for (size_t bin = 0; bin < here; ++bin) counts[bin] += sum(bin);
    used = here > used ? here : used;
  }
  return used;
}

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_FEW_BINS_H_
