#include "kernels/histogram.h"

#include <stdlib.h>

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

constexpr size_t kBatch = 512;
/// Neighbours are often equal, and adding to what was just stored has to wait for it: each of four in turn has counts of its own.
constexpr size_t kTurns = 4;
/// Up to here the counts of all turns fit the second-level cache.
constexpr size_t kMostInTurns = 1 << 14;

using Doubles = Vector<double>;
typedef int32_t Eight __attribute__((vector_size(32)));

/// Counts of integers, of which one more than `bins` takes what is not to be counted.
class Counts {
 public:
  SHOAL_INLINE Counts Make(size_t bins) {
    const size_t turns = bins < kMostInTurns ? kTurns : 1;
    return {static_cast<uint32_t*>(calloc(turns * (bins + 1), sizeof(uint32_t))), bins + 1, turns};
  }

  SHOAL_INLINE void Add(const Counts& counts, const uint32_t* bins, size_t count) {
    uint32_t* const tables[kTurns] = {counts.table, counts.table + counts.size * (counts.turns > 1 ? 1 : 0),
                                      counts.table + counts.size * (counts.turns > 1 ? 2 : 0),
                                      counts.table + counts.size * (counts.turns > 1 ? 3 : 0)};
    size_t i = 0;
    for (; i + kTurns <= count; i += kTurns) {
      ++tables[0][bins[i]];
      ++tables[1][bins[i + 1]];
      ++tables[2][bins[i + 2]];
      ++tables[3][bins[i + 3]];
    }
    for (; i < count; ++i) ++tables[0][bins[i]];
  }

  SHOAL_INLINE void Finish(Counts& counts, double* into) {
    for (size_t turn = 0; turn < counts.turns; ++turn) {
      for (size_t bin = 0; bin + 1 < counts.size; ++bin) into[bin] += counts.table[turn * counts.size + bin];
    }
    free(counts.table);
  }

  uint32_t* table;
  size_t size;
  size_t turns;
};

/// A bin by division may be off by one, by rounding: the edges decide, as in numpy.
SHOAL_INLINE void Correct(const double* xs, size_t count, const Bins& bins, uint32_t* found) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t bin = found[i];
    if (bin >= bins.count) continue;
    while (bin > 0 && xs[i] < bins.edges[bin]) --bin;
    while (bin + 1 < bins.count && xs[i] >= bins.edges[bin + 1]) ++bin;
    found[i] = bin;
  }
}

/// The bin of each x; `bins.count` for what is outside.
SHOAL_INLINE void FindBins(const double* xs, size_t count, const Bins& bins, uint32_t* found) {
  const double first = bins.edges[0];
  const double last = bins.edges[bins.count];
  const double most = static_cast<double>(bins.count - 1);
  const double scale = static_cast<double>(bins.count) / (last - first);
  // Farther from an edge than rounding can bring it, a bin is right.
  const double widest = __builtin_fmax(__builtin_fabs(first), __builtin_fabs(last));
  const double margin = static_cast<double>(bins.count) * 0x1p-48 + widest * scale * 0x1p-49;
  const Eight none = Eight{} + static_cast<int32_t>(bins.count);
  Doubles least_rest = Doubles{} + 1;
  // `xs` and `found` have room for whole vectors.
  for (size_t i = 0; i < count; i += 8) {
    const Doubles x = Load<Doubles>(xs + i);
    const auto inside = (x >= first) & (x <= last);
    const Doubles place = inside ? (x - first) * scale : Doubles{} + 0.5;
    const Eight bin = __builtin_convertvector(place < most ? place : Doubles{} + most, Eight);
    const Doubles above = place - __builtin_convertvector(bin, Doubles);
    const Doubles rest = above < 1 - above ? above : 1 - above;
    least_rest = rest < least_rest ? rest : least_rest;
    Store(found + i, __builtin_convertvector(inside, Eight) != 0 ? bin : none);
  }
  int doubtful = 0;
  for (int lane = 0; lane < 8; ++lane) doubtful |= !(least_rest[lane] > margin);
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

template <typename T>
bool Histogram(const void* elements, size_t count, const double* weights, Bins bins, double* counts) {
  const T* from = static_cast<const T*>(elements);
  Counts numbers{};
  if (weights == nullptr) {
    numbers = Counts::Make(bins.count);
    if (numbers.table == nullptr) return false;
  }
  double buffer[kBatch] = {};
  uint32_t found[kBatch];
  for (size_t start = 0; start < count; start += kBatch) {
    const size_t length = count - start < kBatch ? count - start : kBatch;
    FindBins(AsDoubles(from + start, length, buffer), length, bins, found);
    if (weights == nullptr) {
      Counts::Add(numbers, found, length);
    } else {
      for (size_t i = 0; i < length; ++i) {
        if (found[i] < bins.count) counts[found[i]] += weights[start + i];
      }
    }
  }
  if (weights == nullptr) Counts::Finish(numbers, counts);
  return true;
}

template <typename T>
bool Bincount(const void* elements, size_t count, const double* weights, size_t bins, double* counts) {
  if constexpr (kIsFloat<T>) {
    return false;
  } else {
    const T* from = static_cast<const T*>(elements);
    Counts numbers{};
    if (weights == nullptr) {
      numbers = Counts::Make(bins);
      if (numbers.table == nullptr) return false;
    }
    uint32_t found[kBatch];
    int outside = 0;
    for (size_t start = 0; start < count; start += kBatch) {
      const size_t length = count - start < kBatch ? count - start : kBatch;
      for (size_t i = 0; i < length; ++i) {
        // A negative one is far beyond.
        const auto bin = static_cast<uint64_t>(static_cast<int64_t>(Get(from + start + i)));
        outside |= bin >= bins;
        found[i] = static_cast<uint32_t>(bin < bins ? bin : bins);
      }
      if (weights == nullptr) {
        Counts::Add(numbers, found, length);
      } else {
        for (size_t i = 0; i < length; ++i) {
          if (found[i] < bins) counts[found[i]] += weights[start + i];
        }
      }
    }
    if (weights == nullptr) Counts::Finish(numbers, counts);
    return outside == 0;
  }
}

}  // namespace

const HistogramTable kHistograms = {{SHOAL_EACH_TYPE(Histogram)}, {SHOAL_EACH_TYPE(Bincount)}};

}  // namespace shoal::kernels::SHOAL_PATH
