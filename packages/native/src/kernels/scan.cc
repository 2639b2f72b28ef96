#include "kernels/scan.h"

#include "kernels/elements.h"
#include "kernels/scan_doubles.h"

namespace shoal::kernels {
namespace SHOAL_PATH {
namespace {

template <typename T>
struct AccumulatorOf {
  using Type = T;
};
template <>
struct AccumulatorOf<Clamped> {
  using Type = uint8_t;
};
template <>
struct AccumulatorOf<float> {
  using Type = double;
};
template <>
struct AccumulatorOf<Half> {
  using Type = double;
};
template <typename T>
using Accumulator = typename AccumulatorOf<T>::Type;

/// Unsigned and of at least 32 bits, so that overflow is defined.
template <typename A>
SHOAL_INLINE auto Unsigned(A value) {
  if constexpr (sizeof(A) == 8) {
    return static_cast<uint64_t>(value);
  } else {
    return static_cast<uint32_t>(value);
  }
}

SHOAL_INLINE bool IsNegative(double value) { return __builtin_signbit(value) != 0; }

/// As Math.min: NaN wins, and −0 is less than 0.
template <typename A>
SHOAL_INLINE A Least(A a, A b) {
  if constexpr (kIsFloat<A>) {
    if (a != a || b != b) return static_cast<A>(__builtin_nan(""));
    if (a == b) return IsNegative(a) ? a : b;
  }
  return a < b ? a : b;
}

template <typename A>
SHOAL_INLINE A Greatest(A a, A b) {
  if constexpr (kIsFloat<A>) {
    if (a != a || b != b) return static_cast<A>(__builtin_nan(""));
    if (a == b) return IsNegative(a) ? b : a;
  }
  return a > b ? a : b;
}

template <typename T, ScanOp kOp>
SHOAL_INLINE Accumulator<T> Combine(Accumulator<T> a, Accumulator<T> b) {
  using A = Accumulator<T>;
  if constexpr (kOp == ScanOp::kMin) {
    return Least(a, b);
  } else if constexpr (kOp == ScanOp::kMax) {
    return Greatest(a, b);
  } else if constexpr (kIsFloat<A>) {
    return kOp == ScanOp::kSum ? a + b : a * b;
  } else if constexpr (kSame<T, Clamped> && (kOp == ScanOp::kSum || kOp == ScanOp::kProduct)) {
    const uint32_t exact = kOp == ScanOp::kSum ? uint32_t{a} + b : uint32_t{a} * b;
    return exact < 255 ? static_cast<uint8_t>(exact) : 255;
  } else if constexpr (kOp == ScanOp::kSum) {
    return static_cast<A>(Unsigned(a) + Unsigned(b));
  } else if constexpr (kOp == ScanOp::kProduct) {
    return static_cast<A>(Unsigned(a) * Unsigned(b));
  } else if constexpr (kOp == ScanOp::kAnd) {
    return static_cast<A>(a & b);
  } else if constexpr (kOp == ScanOp::kOr) {
    return static_cast<A>(a | b);
  } else {
    return static_cast<A>(a ^ b);
  }
}

template <typename A, ScanOp kOp>
SHOAL_INLINE A IdentityOf() {
  constexpr bool kSigned = A(-1) < A(0);
  constexpr auto kHigh = static_cast<A>(kSigned ? ~(uint64_t{1} << (8 * sizeof(A) - 1)) : ~uint64_t{0});
  if constexpr (kOp == ScanOp::kProduct) return 1;
  if constexpr (kOp == ScanOp::kAnd) return static_cast<A>(-1);
  if constexpr (kOp == ScanOp::kMin) {
    if constexpr (kIsFloat<A>)
      return __builtin_inf();
    else
      return kHigh;
  }
  if constexpr (kOp == ScanOp::kMax) {
    if constexpr (kIsFloat<A>)
      return -__builtin_inf();
    else
      return static_cast<A>(kSigned ? ~kHigh : 0);
  }
  return 0;
}

/// A prefix is carry ∘ (rows before ∘ (row so far)), with rows of eight elements. Sums of what is not negative never decrease, not even by
/// rounding, since what lies before a row is the very value that the row before it ended with. Rows do not wait for each other, whole
/// blocks of them are done side by side (scan_doubles.h).
template <typename T>
SHOAL_INLINE Accumulator<T> Read(const T* at) {
  return static_cast<Accumulator<T>>(Get(at));
}

template <typename T>
SHOAL_INLINE void Write(T* at, Accumulator<T> value) {
  if constexpr (kSame<T, Half>) {
    *at = Narrow(value);
  } else if constexpr (kSame<T, Clamped>) {
    at->value = value;
  } else {
    *at = static_cast<T>(value);
  }
}

/// What one chunk hands on to others. Which of two NaNs comes out of a sum is up to how it was compiled, and a chunk is added up in two
/// ways: all NaNs are made one.
template <typename A>
SHOAL_INLINE Element ElementOf(A value) {
  if constexpr (kIsFloat<A>) {
    if (value != value) value = __builtin_nan("");
  }
  Element element{};
  memcpy(element.bytes, &value, sizeof value);
  return element;
}

template <typename T, ScanOp kOp>
inline constexpr bool kInBlocks = kSame<T, double> && kOp == ScanOp::kSum;

template <typename T, ScanOp kOp>
void Total(const void* source, size_t count, Element* out) {
  using A = Accumulator<T>;
  const T* xs = static_cast<const T*>(source);
  A before = IdentityOf<A, kOp>();
  size_t start = 0;
  if constexpr (kInBlocks<T, kOp>) {
    DoubleScans().total(xs, count / kScanBlock, &before);
    start = count / kScanBlock * kScanBlock;
  }
  for (; start < count; start += kScanRow) {
    const size_t end = count - start < kScanRow ? count : start + kScanRow;
    A row = IdentityOf<A, kOp>();
    for (size_t i = start; i < end; ++i) row = Combine<T, kOp>(row, Read(xs + i));
    before = Combine<T, kOp>(before, row);
  }
  *out = ElementOf(before);
}

template <typename T, ScanOp kOp>
void Scan(const void* source, void* target, size_t count, const Element* carried, bool exclusive, Element* total) {
  using A = Accumulator<T>;
  const T* xs = static_cast<const T*>(source);
  T* out = static_cast<T*>(target);
  A carry;
  memcpy(&carry, carried->bytes, sizeof carry);
  A before = IdentityOf<A, kOp>();
  size_t start = 0;
  if constexpr (kInBlocks<T, kOp>) {
    DoubleScans().scan(xs, out, count / kScanBlock, carry, &before, exclusive);
    start = count / kScanBlock * kScanBlock;
  }
  for (; start < count; start += kScanRow) {
    const size_t end = count - start < kScanRow ? count : start + kScanRow;
    A row = IdentityOf<A, kOp>();
    for (size_t i = start; i < end; ++i) {
      const A with = Combine<T, kOp>(row, Read(xs + i));
      Write(out + i, Combine<T, kOp>(carry, Combine<T, kOp>(before, exclusive ? row : with)));
      row = with;
    }
    before = Combine<T, kOp>(before, row);
  }
  *total = ElementOf(before);
}

template <typename T, ScanOp kOp>
void Identity(Element* out) {
  *out = ElementOf(IdentityOf<Accumulator<T>, kOp>());
}

template <typename T, ScanOp kOp>
void Join(Element* carry, const Element* total) {
  Accumulator<T> a;
  Accumulator<T> b;
  memcpy(&a, carry->bytes, sizeof a);
  memcpy(&b, total->bytes, sizeof b);
  *carry = ElementOf(Combine<T, kOp>(a, b));
}

template <typename T, ScanOp kOp>
constexpr ScanKernels kKernelsOf = {Identity<T, kOp>, Total<T, kOp>, Scan<T, kOp>, Join<T, kOp>};

template <typename T>
const ScanKernels* KernelsFor(ScanOp op) {
  switch (op) {
    case ScanOp::kSum:
      return &kKernelsOf<T, ScanOp::kSum>;
    case ScanOp::kProduct:
      return &kKernelsOf<T, ScanOp::kProduct>;
    case ScanOp::kMin:
      return &kKernelsOf<T, ScanOp::kMin>;
    case ScanOp::kMax:
      return &kKernelsOf<T, ScanOp::kMax>;
    default:
      if constexpr (kIsFloat<T>) {
        return nullptr;
      } else {
        if (op == ScanOp::kAnd) return &kKernelsOf<T, ScanOp::kAnd>;
        if (op == ScanOp::kOr) return &kKernelsOf<T, ScanOp::kOr>;
        return &kKernelsOf<T, ScanOp::kXor>;
      }
  }
}

}  // namespace
}  // namespace SHOAL_PATH

const ScanKernels* ScanKernelsFor(ElementType type, ScanOp op) {
  using namespace SHOAL_PATH;
  static constexpr const ScanKernels* (*kByType[kElementTypes])(ScanOp) = {SHOAL_EACH_TYPE(KernelsFor)};
  return kByType[static_cast<size_t>(type)](op);
}

}  // namespace shoal::kernels
