#ifndef SHOAL_KERNELS_KEY_VECTORS_H_
#define SHOAL_KERNELS_KEY_VECTORS_H_

#include <immintrin.h>

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {

/// Registers of keys, in the instructions of AVX-512.
template <typename U>
struct KeyVectors;

template <>
struct KeyVectors<uint32_t> {
  using V = __m512i;
  using Mask = __mmask16;
  static constexpr size_t kLanes = 16;

  SHOAL_INLINE V All(uint32_t key) { return _mm512_set1_epi32(static_cast<int>(key)); }
  SHOAL_INLINE uint32_t First(V v) { return static_cast<uint32_t>(_mm_cvtsi128_si32(_mm512_castsi512_si128(v))); }
  SHOAL_INLINE V Load(const uint32_t* at) { return _mm512_loadu_si512(at); }
  SHOAL_INLINE void Store(uint32_t* at, V v) { _mm512_storeu_si512(at, v); }
  /// Of the lanes that are not loaded, all bits are set.
  SHOAL_INLINE V LoadSome(Mask mask, const uint32_t* at) { return _mm512_mask_loadu_epi32(_mm512_set1_epi32(-1), mask, at); }
  SHOAL_INLINE void StoreSome(Mask mask, uint32_t* at, V v) { _mm512_mask_storeu_epi32(at, mask, v); }
  SHOAL_INLINE V Min(V a, V b) { return _mm512_min_epu32(a, b); }
  SHOAL_INLINE V Max(V a, V b) { return _mm512_max_epu32(a, b); }
  SHOAL_INLINE V MaxWhere(Mask mask, V otherwise, V a, V b) { return _mm512_mask_max_epu32(otherwise, mask, a, b); }
  SHOAL_INLINE Mask IsLess(V a, V b) { return _mm512_cmplt_epu32_mask(a, b); }
  SHOAL_INLINE Mask IsAtMost(V a, V b) { return _mm512_cmple_epu32_mask(a, b); }
  SHOAL_INLINE V ToFront(Mask mask, V v) { return _mm512_maskz_compress_epi32(mask, v); }
  /// Lane i is lane i ^ kWith.
  template <int kWith>
  SHOAL_INLINE V Exchange(V v) {
    if constexpr (kWith == 1) return _mm512_shuffle_epi32(v, _MM_PERM_CDAB);
    if constexpr (kWith == 2) return _mm512_shuffle_epi32(v, _MM_PERM_BADC);
    if constexpr (kWith == 3) return _mm512_shuffle_epi32(v, _MM_PERM_ABCD);
    if constexpr (kWith == 4) return _mm512_shuffle_i64x2(v, v, 0b10'11'00'01);
    if constexpr (kWith == 8) return _mm512_shuffle_i64x2(v, v, 0b01'00'11'10);
    if constexpr (kWith == 7) {
      return _mm512_permutexvar_epi32(_mm512_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8), v);
    }
    if constexpr (kWith == 15) {
      return _mm512_permutexvar_epi32(_mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), v);
    }
  }
};

template <>
struct KeyVectors<uint64_t> {
  using V = __m512i;
  using Mask = __mmask8;
  static constexpr size_t kLanes = 8;

  SHOAL_INLINE V All(uint64_t key) { return _mm512_set1_epi64(static_cast<int64_t>(key)); }
  SHOAL_INLINE uint64_t First(V v) { return static_cast<uint64_t>(_mm_cvtsi128_si64(_mm512_castsi512_si128(v))); }
  SHOAL_INLINE V Load(const uint64_t* at) { return _mm512_loadu_si512(at); }
  SHOAL_INLINE void Store(uint64_t* at, V v) { _mm512_storeu_si512(at, v); }
  SHOAL_INLINE V LoadSome(Mask mask, const uint64_t* at) { return _mm512_mask_loadu_epi64(_mm512_set1_epi64(-1), mask, at); }
  SHOAL_INLINE void StoreSome(Mask mask, uint64_t* at, V v) { _mm512_mask_storeu_epi64(at, mask, v); }
  SHOAL_INLINE V Min(V a, V b) { return _mm512_min_epu64(a, b); }
  SHOAL_INLINE V Max(V a, V b) { return _mm512_max_epu64(a, b); }
  SHOAL_INLINE V MaxWhere(Mask mask, V otherwise, V a, V b) { return _mm512_mask_max_epu64(otherwise, mask, a, b); }
  SHOAL_INLINE Mask IsLess(V a, V b) { return _mm512_cmplt_epu64_mask(a, b); }
  SHOAL_INLINE Mask IsAtMost(V a, V b) { return _mm512_cmple_epu64_mask(a, b); }
  SHOAL_INLINE V ToFront(Mask mask, V v) { return _mm512_maskz_compress_epi64(mask, v); }
  template <int kWith>
  SHOAL_INLINE V Exchange(V v) {
    if constexpr (kWith == 1) return _mm512_shuffle_epi32(v, _MM_PERM_BADC);
    if constexpr (kWith == 2) return _mm512_shuffle_i64x2(v, v, 0b10'11'00'01);
    if constexpr (kWith == 3) return _mm512_permutex_epi64(v, 0b00'01'10'11);
    if constexpr (kWith == 4) return _mm512_shuffle_i64x2(v, v, 0b01'00'11'10);
    if constexpr (kWith == 7) return _mm512_permutexvar_epi64(_mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0), v);
  }
};

}  // namespace shoal::kernels::SHOAL_PATH

#endif  // SHOAL_KERNELS_KEY_VECTORS_H_
