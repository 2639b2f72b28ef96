#include "kernels/lanes.h"
#include "kernels/reductions.h"
#include "kernels/tree.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

SHOAL_INLINE double Add(double a, double b) { return a + b; }

/// Exact. A product of 32-bit integers is added in two halves; one of 64-bit integers as well, of 64 bits each.
template <typename T>
SHOAL_INLINE void DotOfIntegers(const T* xs, const T* ys, size_t count, Product* out) {
  constexpr bool kSigned = Value<T>(-1) < Value<T>(0);
  if constexpr (sizeof(T) == 8) {
    for (size_t i = 0; i < count; ++i) {
      if constexpr (kSigned) {
        const __int128 product = static_cast<__int128>(xs[i]) * ys[i];
        out->low += static_cast<uint64_t>(product);
        out->high += static_cast<int64_t>(product >> 64);
      } else {
        const unsigned __int128 product = static_cast<unsigned __int128>(xs[i]) * ys[i];
        out->low += static_cast<uint64_t>(product);
        out->high += static_cast<uint64_t>(product >> 64);
      }
    }
  } else if constexpr (sizeof(T) == 4) {
    uint64_t low = 0;
    int64_t high = 0;
    for (size_t i = 0; i < count; ++i) {
      if constexpr (kSigned) {
        const int64_t product = static_cast<int64_t>(xs[i]) * ys[i];
        low += static_cast<uint32_t>(product);
        high += product >> 32;
      } else {
        const uint64_t product = static_cast<uint64_t>(xs[i]) * ys[i];
        low += static_cast<uint32_t>(product);
        high += static_cast<int64_t>(product >> 32);
      }
    }
    out->low = static_cast<__int128>(high) * (__int128{1} << 32) + low;
  } else {
    int64_t total = 0;
    for (size_t i = 0; i < count; ++i) total += static_cast<int64_t>(Get(xs + i)) * Get(ys + i);
    out->low = total;
  }
}

template <typename T>
void Dot(const void* left, const void* right, size_t count, Product* out) {
  const T* xs = static_cast<const T*>(left);
  const T* ys = static_cast<const T*>(right);
  *out = {};
  if constexpr (kIsFloat<T>) {
    out->real = FoldTree(
        count, 0.0,
        [xs, ys](size_t start, size_t length) SHOAL_FLAT {
          const T* x = xs + start;
          const T* y = ys + start;
          return AddTerms(
              length, [x, y](size_t i) SHOAL_FLAT { return NextDoubles(x + i) * NextDoubles(y + i); },
              [x, y](size_t i) SHOAL_FLAT { return static_cast<double>(Get(x + i)) * static_cast<double>(Get(y + i)); });
        },
        Add);
  } else {
    DotOfIntegers(xs, ys, count, out);
  }
}

template <typename T>
SHOAL_INLINE double SquaresOfLeaf(const T* xs, size_t count, double scale) {
  const auto vector = [xs, scale](size_t i) SHOAL_FLAT {
    const Doubles scaled = NextDoubles(xs + i) * scale;
    return scaled * scaled;
  };
  const auto term = [xs, scale](size_t i) SHOAL_FLAT {
    const double scaled = static_cast<double>(Get(xs + i)) * scale;
    return scaled * scaled;
  };
  return AddTerms(count, vector, term);
}

SHOAL_INLINE Squares Join(Squares a, Squares b) {
  if (a.sum == 0) return b;
  if (b.sum == 0) return a;
  if (a.scale == b.scale) return {a.sum + b.sum, a.scale};
  const Squares& larger = a.scale > b.scale ? a : b;
  const Squares& smaller = a.scale > b.scale ? b : a;
  // Two steps apart, nothing is left of the smaller one.
  return {larger.sum + (larger.scale - smaller.scale == 1 ? smaller.sum * 0x1p-600 * 0x1p-600 : 0), larger.scale};
}

/// A leaf whose squares are near the ends of what a double can be is added up again, scaled.
template <typename T>
void SquaresOf(const void* data, size_t count, Squares* out) {
  const T* xs = static_cast<const T*>(data);
  const auto leaf = [xs](size_t start, size_t length) SHOAL_FLAT -> Squares {
    const double sum = SquaresOfLeaf(xs + start, length, 1);
    if constexpr (kSame<T, double>) {
      if (!(sum < 0x1p1000)) return {SquaresOfLeaf(xs + start, length, 0x1p-600), 1};
      if (sum < 0x1p-900) return {SquaresOfLeaf(xs + start, length, 0x1p600), -1};
    }
    return {sum, 0};
  };
  *out = FoldTree(count, Squares{}, leaf, [](Squares a, Squares b) SHOAL_FLAT { return Join(a, b); });
}

/// Two passes over a leaf, which lies in the first-level cache by the second; the correction is that of Chan, Golub and LeVeque (1983).
template <typename T>
SHOAL_INLINE Moments MomentsOfLeaf(const T* xs, size_t count) {
  const auto n = static_cast<double>(count);
  const double mean = AddTerms(
                          count, [xs](size_t i) SHOAL_FLAT { return NextDoubles(xs + i); },
                          [xs](size_t i) SHOAL_FLAT { return static_cast<double>(Get(xs + i)); }) /
                      n;
  const double off = AddTerms(
      count, [xs, mean](size_t i) SHOAL_FLAT { return LoadDoubles(xs + i) - mean; },
      [xs, mean](size_t i) SHOAL_FLAT { return static_cast<double>(Get(xs + i)) - mean; });
  const auto vector = [xs, mean](size_t i) SHOAL_FLAT {
    const Doubles deviation = LoadDoubles(xs + i) - mean;
    return deviation * deviation;
  };
  const auto term = [xs, mean](size_t i) SHOAL_FLAT {
    const double deviation = static_cast<double>(Get(xs + i)) - mean;
    return deviation * deviation;
  };
  return {n, mean + off / n, AddTerms(count, vector, term) - off * (off / n)};
}

/// Chan, Golub and LeVeque's update.
SHOAL_INLINE Moments Join(Moments a, Moments b) {
  const double count = a.count + b.count;
  const double apart = b.mean - a.mean;
  return {count, a.mean + apart * (b.count / count), a.squares + b.squares + apart * apart * (a.count * (b.count / count))};
}

template <typename T>
void MomentsOf(const void* data, size_t count, Moments* out) {
  const T* xs = static_cast<const T*>(data);
  *out = FoldTree(
      count, Moments{}, [xs](size_t start, size_t length) SHOAL_FLAT { return MomentsOfLeaf(xs + start, length); },
      [](Moments a, Moments b) SHOAL_FLAT { return Join(a, b); });
}

template <typename T>
size_t Within(const void* data, size_t count, const Element* least, const Element* most) {
  const T* xs = static_cast<const T*>(data);
  T bounds[2];
  memcpy(bounds, least->bytes, sizeof(T));
  memcpy(bounds + 1, most->bytes, sizeof(T));
  const Value<T> from = Get(bounds);
  const Value<T> to = Get(bounds + 1);
  size_t total = 0;
  for (size_t start = 0; start < count; start += 16'384) {
    const size_t end = count - start > 16'384 ? start + 16'384 : count;
    uint32_t block = 0;
    for (size_t i = start; i < end; ++i) {
      const Value<T> x = Get(xs + i);
      block += static_cast<uint32_t>(x >= from) & static_cast<uint32_t>(x <= to);
    }
    total += block;
  }
  return total;
}

}  // namespace

const ProductTable kProducts = {
    {SHOAL_EACH_TYPE(Dot)}, {SHOAL_EACH_TYPE(SquaresOf)}, {SHOAL_EACH_TYPE(MomentsOf)}, {SHOAL_EACH_TYPE(Within)}};

}  // namespace shoal::kernels::SHOAL_PATH
