#include "kernels/sum.h"

#include "kernels/lanes.h"
#include "kernels/tree.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// Rounding errors grow with 37 + log2(leaves) additions, where numpy's pairwise sum has 16 + log2(n / 128).
template <typename T>
SHOAL_INLINE double SumLeaf(const T* xs, size_t count) {
  return AddTerms(
      count, [xs](size_t i) SHOAL_FLAT { return NextDoubles(xs + i); }, [xs](size_t i) SHOAL_FLAT -> double { return Get(xs + i); });
}

/// `sum + lost` is exact: Knuth's TwoSum.
template <typename D>
struct Compensated {
  D sum;
  D lost;

  SHOAL_INLINE Compensated Add(Compensated s, D x) {
    const D sum = s.sum + x;
    const D other = sum - s.sum;
    return {sum, s.lost + ((s.sum - (sum - other)) + (x - other))};
  }
};

SHOAL_INLINE Compensated<double> Join(Compensated<double> a, Compensated<double> b) {
  Compensated<double> joined = Compensated<double>::Add(a, b.sum);
  joined.lost += b.lost;
  return joined;
}

template <typename T>
SHOAL_INLINE Compensated<double> SumLeafCompensated(const T* xs, size_t count) {
  Compensated<Doubles> a{}, b{};
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    a = Compensated<Doubles>::Add(a, NextDoubles(xs + i));
    b = Compensated<Doubles>::Add(b, NextDoubles(xs + i + 8));
  }
  Compensated<double> total{};
  for (; i < count; ++i) total = Compensated<double>::Add(total, Get(xs + i));
  for (int lane = 0; lane < 8; ++lane) {
    total = Join(total, {a.sum[lane], a.lost[lane]});
    total = Join(total, {b.sum[lane], b.lost[lane]});
  }
  return total;
}

/// Exact. Narrow integers are added in blocks that 32 bits can hold; 64-bit ones in halves.
template <typename T>
SHOAL_INLINE __int128 SumIntegers(const T* xs, size_t count) {
  if constexpr (sizeof(T) == 8) {
    // Exact up to 2^32 elements a block.
    __int128 total = 0;
    for (size_t start = 0; start < count; start += size_t{1} << 31) {
      const size_t end = count - start > size_t{1} << 31 ? start + (size_t{1} << 31) : count;
      uint64_t low = 0;
      Value<T> high = 0;
      for (size_t i = start; i < end; ++i) {
        low += static_cast<uint32_t>(xs[i]);
        high += xs[i] >> 32;
      }
      total += static_cast<__int128>(high) * (__int128{1} << 32) + low;
    }
    return total;
  } else if constexpr (sizeof(T) == 4) {
    int64_t total = 0;
    for (size_t i = 0; i < count; ++i) total += xs[i];
    return total;
  } else {
    int64_t total = 0;
    for (size_t start = 0; start < count; start += 32'768) {
      const size_t end = count - start > 32'768 ? start + 32'768 : count;
      int32_t block = 0;
      for (size_t i = start; i < end; ++i) block += Get(xs + i);
      total += block;
    }
    return total;
  }
}

template <typename T>
void Plain(const void* data, size_t count, Sum* out) {
  const T* xs = static_cast<const T*>(data);
  if constexpr (kIsFloat<T>) {
    out->real = FoldTree(
        count, 0.0, [xs](size_t start, size_t length) SHOAL_FLAT { return SumLeaf(xs + start, length); },
        [](double a, double b) SHOAL_FLAT { return a + b; });
  } else {
    out->whole = SumIntegers(xs, count);
  }
}

template <typename T>
void WithCompensation(const void* data, size_t count, Sum* out) {
  if constexpr (kIsFloat<T>) {
    const T* xs = static_cast<const T*>(data);
    const Compensated<double> total = FoldTree(
        count, Compensated<double>{}, [xs](size_t start, size_t length) SHOAL_FLAT { return SumLeafCompensated(xs + start, length); },
        Join);
    out->real = total.sum;
    out->lost = total.lost;
  } else {
    Plain<T>(data, count, out);
  }
}

}  // namespace

const SumTable kSums = {{SHOAL_EACH_TYPE(Plain)}, {SHOAL_EACH_TYPE(WithCompensation)}};

}  // namespace shoal::kernels::SHOAL_PATH
