// Each element of c is a sum over k in order, in fused multiply-adds, of blocks of kMatmulInner that are added up in order: the same bits
// whatever the shape of registers and tiles. So here, and only here, multiplications and additions are fused.
// In builds for sanitizers too: GCC fuses from -O2 on.
#if defined(__clang__)
#pragma clang fp contract(fast)
#else
#pragma GCC optimize("O3", "fp-contract=fast")
#endif

#include "kernels/matmul.h"

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// As many accumulators as there are registers, less those for a row of b: after Goto and van de Geijn, "Anatomy of high-performance matrix
/// multiplication" (2008).
#if defined(__AVX512F__)
constexpr size_t kHigh = 8;
constexpr size_t kWide = 3;
#else
constexpr size_t kHigh = 6;
constexpr size_t kWide = 1;
#endif

template <typename T>
SHOAL_INLINE void MultiplyAdd(Vector<T>* sum, T a, const Vector<T>& b) {
#if defined(__x86_64__) && !defined(__FMA__)
  // No instruction for it: the library's is exact, and slow.
  for (size_t lane = 0; lane < VectorOf<T>::kLanes; ++lane) {
    (*sum)[lane] = sizeof(T) == 8 ? static_cast<T>(__builtin_fma(a, b[lane], (*sum)[lane])) : __builtin_fmaf(a, b[lane], (*sum)[lane]);
  }
#else
  *sum += a * b;
#endif
}

/// kHigh rows of a, packed column by column, times kWide vectors of b, packed row by row; added to what is in c unless it is the first
/// block.
template <typename T>
void MakeRegisters(const T* a, const T* b, size_t inner, T* c, size_t stride, size_t rows, size_t columns, bool first) {
  using V = Vector<T>;
  constexpr size_t kLanes = VectorOf<T>::kLanes;
  V sum[kHigh][kWide] = {};
  for (size_t k = 0; k < inner; ++k) {
    V row[kWide];
    for (size_t v = 0; v < kWide; ++v) row[v] = Load<V>(b + (k * kWide + v) * kLanes);
    for (size_t r = 0; r < kHigh; ++r) {
      for (size_t v = 0; v < kWide; ++v) MultiplyAdd(&sum[r][v], a[k * kHigh + r], row[v]);
    }
  }
  if (rows == kHigh && columns == kWide * kLanes) {
    for (size_t r = 0; r < kHigh; ++r) {
      for (size_t v = 0; v < kWide; ++v) {
        T* at = c + r * stride + v * kLanes;
        Store(at, first ? sum[r][v] : Load<V>(at) + sum[r][v]);
      }
    }
    return;
  }
  for (size_t r = 0; r < rows; ++r) {
    for (size_t column = 0; column < columns; ++column) {
      T* at = c + r * stride + column;
      const T value = sum[r][column / kLanes][column % kLanes];
      *at = first ? value : *at + value;
    }
  }
}

/// Rows [row, row + rows) and columns [k, k + inner) of a, in strips of kHigh rows; the last strip is filled up with zeros.
template <typename T>
void PackRows(const T* a, size_t stride, size_t row, size_t rows, size_t k, size_t inner, T* packed) {
  for (size_t strip = 0; strip < rows; strip += kHigh) {
    const size_t high = rows - strip < kHigh ? rows - strip : kHigh;
    for (size_t r = 0; r < kHigh; ++r) {
      const T* from = a + (row + strip + r) * stride + k;
      for (size_t i = 0; i < inner; ++i) packed[i * kHigh + r] = r < high ? from[i] : T{0};
    }
    packed += kHigh * inner;
  }
}

/// The same of b, in strips of kWide vectors.
template <typename T>
void PackColumns(const T* b, size_t stride, size_t column, size_t columns, size_t k, size_t inner, T* packed) {
  constexpr size_t kStrip = kWide * VectorOf<T>::kLanes;
  for (size_t strip = 0; strip < columns; strip += kStrip) {
    const size_t wide = columns - strip < kStrip ? columns - strip : kStrip;
    for (size_t i = 0; i < inner; ++i) {
      const T* from = b + (k + i) * stride + column + strip;
      if (wide == kStrip) {
        memcpy(packed, from, sizeof(T) * kStrip);
      } else {
        for (size_t j = 0; j < kStrip; ++j) packed[j] = j < wide ? from[j] : T{0};
      }
      packed += kStrip;
    }
  }
}

template <typename T>
void Multiply(const Matmul& product, const MatmulTile& tile, T* scratch) {
  constexpr size_t kStrip = kWide * VectorOf<T>::kLanes;
  const T* a = static_cast<const T*>(product.a);
  const T* b = static_cast<const T*>(product.b);
  T* c = static_cast<T*>(product.c);
  T* packed_columns = scratch;
  T* packed_rows = scratch + (kMatmulColumns + 64) * kMatmulInner;
  if (product.inner == 0) {
    for (size_t r = 0; r < tile.rows; ++r) memset(c + (tile.row + r) * product.columns + tile.column, 0, tile.columns * sizeof(T));
  }
  for (size_t k = 0; k < product.inner; k += kMatmulInner) {
    const size_t inner = product.inner - k < kMatmulInner ? product.inner - k : kMatmulInner;
    PackColumns(b, product.columns, tile.column, tile.columns, k, inner, packed_columns);
    PackRows(a, product.inner, tile.row, tile.rows, k, inner, packed_rows);
    for (size_t column = 0; column < tile.columns; column += kStrip) {
      const size_t wide = tile.columns - column < kStrip ? tile.columns - column : kStrip;
      for (size_t row = 0; row < tile.rows; row += kHigh) {
        const size_t high = tile.rows - row < kHigh ? tile.rows - row : kHigh;
        T* corner = c + (tile.row + row) * product.columns + tile.column + column;
        MakeRegisters(packed_rows + row * inner, packed_columns + column * inner, inner, corner, product.columns, high, wide, k == 0);
      }
    }
  }
}

}  // namespace

const MatmulTable kMatmuls = {Multiply<double>, Multiply<float>};

}  // namespace shoal::kernels::SHOAL_PATH
