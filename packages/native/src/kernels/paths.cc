#include "kernels/paths.h"

#include <cstdlib>
#include <cstring>

namespace shoal::kernels {
namespace {

Path Best() {
#ifdef SHOAL_VECTOR_PATHS
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (avx2 && avx512) return Path::kAvx512;
  if (avx2) return Path::kAvx2;
#endif
  return Path::kPortable;
}

Path Chosen() {
  const Path best = Best();
  const char* asked = getenv("SHOAL_KERNELS");
  if (asked == nullptr) return best;
  if (strcmp(asked, "portable") == 0) return Path::kPortable;
  if (strcmp(asked, "avx2") == 0 && best >= Path::kAvx2) return Path::kAvx2;
  return best;
}

}  // namespace

Path ThePath() {
  static const Path path = Chosen();
  return path;
}

}  // namespace shoal::kernels
