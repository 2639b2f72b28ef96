#include "kernels/elementwise.h"

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// What arithmetic on a T is done in: doubles; unsigned integers of at least 32 bits, whose overflow is defined.
template <typename T>
struct ArithmeticOf {
  using Type = uint32_t;
};
template <>
struct ArithmeticOf<int64_t> {
  using Type = uint64_t;
};
template <>
struct ArithmeticOf<uint64_t> {
  using Type = uint64_t;
};
template <>
struct ArithmeticOf<float> {
  using Type = double;
};
template <>
struct ArithmeticOf<double> {
  using Type = double;
};
template <>
struct ArithmeticOf<Half> {
  using Type = double;
};
template <typename T>
using Arithmetic = typename ArithmeticOf<T>::Type;

template <typename T>
SHOAL_INLINE Arithmetic<T> Read(const T* at) {
  return static_cast<Arithmetic<T>>(Get(at));
}

template <typename T>
SHOAL_INLINE void Write(T* at, Arithmetic<T> value) {
  if constexpr (kSame<T, Half>) {
    *at = Narrow(value);
  } else if constexpr (kSame<T, Clamped>) {
    at->value = value < 255 ? static_cast<uint8_t>(value) : 255;
  } else {
    *at = static_cast<T>(value);
  }
}

template <typename T>
SHOAL_INLINE T ElementAs(const Element* element) {
  T value;
  memcpy(&value, element->bytes, sizeof value);
  return value;
}

template <typename T>
SHOAL_INLINE Arithmetic<T> FactorAs(const Element* factor) {
  if constexpr (kIsFloat<T>) {
    return ElementAs<double>(factor);
  } else {
    const T value = ElementAs<T>(factor);
    return Read(&value);
  }
}

template <typename T>
void Fill(void* into, size_t count, const Element* value) {
  T* out = static_cast<T*>(into);
  const T element = ElementAs<T>(value);
  for (size_t i = 0; i < count; ++i) out[i] = element;
}

template <typename T>
void Iota(void* into, size_t count, double index, const Element* first, const Element* step) {
  T* out = static_cast<T*>(into);
  const Arithmetic<T> start = FactorAs<T>(first);
  const Arithmetic<T> by = FactorAs<T>(step);
  const auto base = static_cast<int64_t>(index);
  for (size_t i = 0; i < count; ++i) {
    const Arithmetic<T> x = start + static_cast<Arithmetic<T>>(base + static_cast<int64_t>(i)) * by;
    // Steps down are large ones that wrap around: nothing may saturate.
    if constexpr (kSame<T, Clamped>) {
      out[i].value = static_cast<uint8_t>(x);
    } else {
      Write(out + i, x);
    }
  }
}

template <typename T>
void Scale(void* into, const void* source, size_t count, const Element* factor) {
  T* out = static_cast<T*>(into);
  const T* xs = static_cast<const T*>(source);
  const Arithmetic<T> a = FactorAs<T>(factor);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) Write(out + i, Read(xs + i) * a);
}

template <typename T>
void Axpy(void* into, const void* source, size_t count, const Element* factor) {
  T* ys = static_cast<T*>(into);
  const T* xs = static_cast<const T*>(source);
  const Arithmetic<T> a = FactorAs<T>(factor);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) Write(ys + i, Read(ys + i) + a * Read(xs + i));
}

template <typename T>
void Add(void* into, const void* left, const void* right, size_t count) {
  T* out = static_cast<T*>(into);
  const T* xs = static_cast<const T*>(left);
  const T* ys = static_cast<const T*>(right);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) Write(out + i, Read(xs + i) + Read(ys + i));
}

template <typename T>
void Multiply(void* into, const void* left, const void* right, size_t count) {
  T* out = static_cast<T*>(into);
  const T* xs = static_cast<const T*>(left);
  const T* ys = static_cast<const T*>(right);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) Write(out + i, Read(xs + i) * Read(ys + i));
}

template <typename T>
void Clamp(void* into, const void* source, size_t count, const Element* least, const Element* most) {
  T* out = static_cast<T*>(into);
  const T* xs = static_cast<const T*>(source);
  const T from = ElementAs<T>(least);
  const T to = ElementAs<T>(most);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) {
    const T x = xs[i];
    if constexpr (kSame<T, Half> || kSame<T, Clamped>) {
      out[i] = Get(&x) < Get(&from) ? from : Get(&x) > Get(&to) ? to : x;
    } else {
      const T raised = x < from ? from : x;
      out[i] = raised > to ? to : raised;
    }
  }
}

}  // namespace

const ElementwiseTable kElementwise = {{SHOAL_EACH_TYPE(Fill)}, {SHOAL_EACH_TYPE(Iota)}, {SHOAL_EACH_TYPE(Scale)},
                                       {SHOAL_EACH_TYPE(Axpy)}, {SHOAL_EACH_TYPE(Add)},  {SHOAL_EACH_TYPE(Multiply)},
                                       {SHOAL_EACH_TYPE(Clamp)}};

}  // namespace shoal::kernels::SHOAL_PATH
