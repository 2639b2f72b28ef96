#include "kernels/histogram.h"

#include <stdlib.h>

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

constexpr size_t kBatch = 256;
/// Neighbours are often equal, and adding to what was just stored has to wait for it: each of four in turn has counts of its own.
constexpr size_t kTurns = 4;
/// Up to here the counts of all turns fit the second-level cache.
constexpr size_t kMostInTurns = 1 << 14;

/// Memory for the counts of few bins: from the heap it would come and go by the page, with each call.
using FewCounts = uint32_t[kTurns * 4097];

/// Counts of integers, of which one more than `bins` takes what is not to be counted.
class Counts {
 public:
  /// `table` is null when there is no memory.
  SHOAL_INLINE Counts Make(size_t bins, FewCounts& few) {
    const size_t turns = bins < kMostInTurns ? kTurns : 1;
    const size_t count = turns * (bins + 1);
    if (count > sizeof few / sizeof few[0]) return {static_cast<uint32_t*>(calloc(count, sizeof few[0])), bins + 1, turns, true};
    memset(few, 0, count * sizeof few[0]);
    return {few, bins + 1, turns, false};
  }

  SHOAL_INLINE void Add(const Counts& counts, const uint32_t* bins, size_t count) {
    const size_t next = counts.turns > 1 ? counts.size : 0;
    uint32_t* const tables[kTurns] = {counts.table, counts.table + next, counts.table + 2 * next, counts.table + 3 * next};
    size_t i = 0;
    for (; i + kTurns <= count; i += kTurns) {
      ++tables[0][bins[i]];
      ++tables[1][bins[i + 1]];
      ++tables[2][bins[i + 2]];
      ++tables[3][bins[i + 3]];
    }
    for (; i < count; ++i) ++tables[0][bins[i]];
  }

  /// Adds the first `bins` counts, all that can be other than 0.
  SHOAL_INLINE void Finish(const Counts& counts, size_t bins, double* into) {
    for (size_t turn = 0; turn < counts.turns; ++turn) {
      for (size_t bin = 0; bin < bins; ++bin) into[bin] += counts.table[turn * counts.size + bin];
    }
    if (counts.is_on_heap) free(counts.table);
  }

  uint32_t* table;
  size_t size;
  size_t turns;
  bool is_on_heap;
};

/// Few bins are counted by 16 bits, which leaves the first-level cache to what is counted.
constexpr size_t kFewBins = 4096;
/// So many elements at once, a quarter in each turn.
constexpr size_t kFewElements = size_t{1} << 17;
/// The counts of one bin do not lie in the same place of the cache in all turns.
constexpr size_t kSkew = 32;

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

/// What an element's bin is found by: `x * scale + shift` is its place among the bins, less a half, so that rounding finds the bin.
struct Ruler {
  SHOAL_INLINE Ruler Of(const Bins& bins) {
    const double first = bins.edges[0];
    const double last = bins.edges[bins.count];
    const double scale = static_cast<double>(bins.count) / (last - first);
    const double widest = __builtin_fmax(__builtin_fabs(first), __builtin_fabs(last));
    // Farther from an edge than rounding can bring it, a bin is right.
    const double margin = static_cast<double>(bins.count) * 0x1p-48 + widest * scale * 0x1p-49;
    return {scale, -first * scale - 0.5, 0.5 - margin};
  }

  double scale;
  double shift;
  /// How far from the middle of its bin a place may be; not above 0, or NaN, where no bin can be trusted.
  double reach;
};

/// A bin by its place may be off by one, by rounding: the edges decide, as in numpy.
SHOAL_INLINE void Correct(const double* xs, size_t count, const Bins& bins, uint32_t* found) {
  const auto last = static_cast<uint32_t>(bins.count - 1);
  for (size_t i = 0; i < count; ++i) {
    const double x = xs[i];
    const bool inside = x >= bins.edges[0] && x <= bins.edges[bins.count];
    // Below the first bin, and by far above the last one, is what is outside; an edge's own element is a step from it.
    uint32_t bin = found[i] <= last ? found[i] : x - bins.edges[0] < bins.edges[bins.count] - x ? 0 : last;
    if (inside) {
      while (bin > 0 && x < bins.edges[bin]) --bin;
      while (bin < last && x >= bins.edges[bin + 1]) ++bin;
    }
    found[i] = inside ? bin : last + 1;
  }
}

/// The bin of each x; `bins.count` for what is outside. The compiler makes vectors of it, on every path.
SHOAL_INLINE void FindBins(const double* xs, size_t count, const Bins& bins, const Ruler& ruler, uint32_t* found) {
  // Added to a number of which the magnitude is below 2^51, it leaves that number's nearest integer in the low bits.
  constexpr double kRound = 0x1.8p52;
  const double end = static_cast<double>(bins.count);
  const auto none = static_cast<uint32_t>(bins.count);
  const auto [scale, shift, reach] = ruler;
  int64_t doubtful = 0;
  for (size_t i = 0; i < count; ++i) {
    double place = xs[i] * scale + shift;
    place = place > -1 ? place : -1;  // NaN too
    place = place < end ? place : end;
    const double rounded = place + kRound;
    doubtful |= !(__builtin_fabs(place - (rounded - kRound)) < reach);
    const auto bin = static_cast<uint32_t>(__builtin_bit_cast(uint64_t, rounded));
    found[i] = bin < none ? bin : none;
  }
  if (doubtful != 0) Correct(xs, count, bins, found);
}

/// A whole batch of doubles is not copied.
template <typename T>
SHOAL_INLINE const double* AsDoubles(const T* xs, size_t count, double* buffer) {
  if constexpr (kSame<T, double>) {
    if (count == kBatch) return xs;
  }
  for (size_t i = 0; i < count; ++i) buffer[i] = static_cast<double>(Get(xs + i));
  return buffer;
}

/// Adds the weights of what is in one of `bins`.
SHOAL_INLINE void AddWeights(const double* weights, const uint32_t* found, size_t count, size_t bins, double* counts) {
  for (size_t i = 0; i < count; ++i) {
    if (found[i] < bins) counts[found[i]] += weights[i];
  }
}

template <typename T>
bool Histogram(const void* elements, size_t count, const double* weights, Bins bins, double* counts) {
  const T* from = static_cast<const T*>(elements);
  FewCounts few;
  Counts numbers{};
  if (weights == nullptr) {
    numbers = Counts::Make(bins.count, few);
    if (numbers.table == nullptr) return false;
  }
  const Ruler ruler = Ruler::Of(bins);
  double buffer[kBatch] = {};
  uint32_t found[kBatch];
  for (size_t start = 0; start < count; start += kBatch) {
    const size_t length = count - start < kBatch ? count - start : kBatch;
    for (size_t i = 0; i < length; i += 64 / sizeof(T)) PrefetchAhead(from + start + i);
    FindBins(AsDoubles(from + start, length, buffer), length, bins, ruler, found);
    if (weights == nullptr) {
      Counts::Add(numbers, found, length);
    } else {
      AddWeights(weights + start, found, length, bins.count, counts);
    }
  }
  if (weights == nullptr) Counts::Finish(numbers, bins.count, counts);
  return true;
}

template <typename T>
struct WideOf {
  using Type = uint32_t;
};
template <>
struct WideOf<int64_t> {
  using Type = uint64_t;
};
template <>
struct WideOf<uint64_t> {
  using Type = uint64_t;
};

/// `found[i]` = the integer, or `bins` where it is not below. The greatest, as an unsigned one: a negative one is far beyond.
template <typename T>
SHOAL_INLINE uint64_t FindIntegers(const T* xs, size_t count, size_t bins, uint32_t* found) {
  using Wide = typename WideOf<T>::Type;
  const auto none = static_cast<Wide>(bins);
  Wide most = 0;
  for (size_t i = 0; i < count; ++i) {
    const auto bin = static_cast<Wide>(Get(xs + i));
    most = bin > most ? bin : most;
    found[i] = static_cast<uint32_t>(bin < none ? bin : none);
  }
  return most;
}

template <typename T>
size_t Bincount(const void* elements, size_t count, const double* weights, size_t bins, double* counts) {
  if constexpr (kIsFloat<T>) {
    return bins + 1;
  } else {
    const T* from = static_cast<const T*>(elements);
    if (weights == nullptr && bins <= kFewBins) return BincountFew(from, count, bins, counts);
    FewCounts few;
    Counts numbers{};
    if (weights == nullptr) {
      numbers = Counts::Make(bins, few);
      if (numbers.table == nullptr) return kNoMemory;
    }
    uint32_t found[kBatch];
    uint64_t most = 0;
    for (size_t start = 0; start < count && (most < bins || start == 0); start += kBatch) {
      const size_t length = count - start < kBatch ? count - start : kBatch;
      for (size_t i = 0; i < length; i += 64 / sizeof(T)) PrefetchAhead(from + start + i);
      const uint64_t here = FindIntegers(from + start, length, bins, found);
      most = here > most ? here : most;
      if (weights == nullptr) {
        Counts::Add(numbers, found, length);
      } else {
        AddWeights(weights + start, found, length, bins, counts);
      }
    }
    const size_t used = count == 0 ? 0 : most < bins ? most + 1 : bins + 1;
    if (weights == nullptr) Counts::Finish(numbers, used < bins ? used : bins, counts);
    return used;
  }
}

}  // namespace

const HistogramTable kHistograms = {{SHOAL_EACH_TYPE(Histogram)}, {SHOAL_EACH_TYPE(Bincount)}};

}  // namespace shoal::kernels::SHOAL_PATH
