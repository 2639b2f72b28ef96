#include "kernels/histogram.h"

#include "kernels/bin_counts.h"
#include "kernels/bin_ruler.h"
#include "kernels/elements.h"
#include "kernels/few_bins.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

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
