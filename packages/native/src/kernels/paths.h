#ifndef SHOAL_KERNELS_PATHS_H_
#define SHOAL_KERNELS_PATHS_H_

/// A *path* is one compilation of all kernels for one set of instructions: `portable`, and on x64 `avx2` and `avx512`. binding.gyp compiles
/// each source of `kernel_sources` once a path, with SHOAL_PATH defined as its name. Kernels live in `namespace
/// shoal::kernels::SHOAL_PATH`. SHOAL_PORTABLE_ALONE, defined for all sources, leaves the others out.
///
/// Hazard: an inline function that two paths share is one symbol, and the linker may keep the one with AVX-512 in it. So everything with
/// code in it lies in the path's namespace, and kernels include no header of the C++ library but the C ones. SHOAL_INLINE helps against
/// the rest.

namespace shoal::kernels {

enum class Path { kPortable, kAvx2, kAvx512 };

/// The best path that this machine can run, or the one that the environment variable SHOAL_KERNELS names. Always the same in one process.
Path ThePath();

}  // namespace shoal::kernels

#if defined(__x86_64__) && !defined(SHOAL_PORTABLE_ALONE)
#define SHOAL_VECTOR_PATHS
#define SHOAL_IF_VECTOR_PATHS(...) __VA_ARGS__
#else
#define SHOAL_IF_VECTOR_PATHS(...)
#endif

/// SHOAL_DECLARE_KERNELS(Table, Name): each path defines `extern const Table kName;` in its namespace; `Name()` is the one of ThePath().
#define SHOAL_DECLARE_KERNELS(Table, Name)                                                                               \
  namespace portable {                                                                                                   \
  extern const Table k##Name;                                                                                            \
  }                                                                                                                      \
  SHOAL_IF_VECTOR_PATHS(namespace avx2 { extern const Table k##Name; } namespace avx512 { extern const Table k##Name; }) \
  [[maybe_unused]] static inline const Table& Name() {                                                                   \
    SHOAL_IF_VECTOR_PATHS(const Path path = ThePath(); if (path == Path::kAvx512) return avx512::k##Name;                \
                          if (path == Path::kAvx2) return avx2::k##Name;)                                                \
    return portable::k##Name;                                                                                            \
  }

#define SHOAL_INLINE static inline __attribute__((always_inline))
/// The same for lambdas, after their parameters.
#define SHOAL_FLAT __attribute__((always_inline))

#endif  // SHOAL_KERNELS_PATHS_H_
