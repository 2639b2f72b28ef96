#ifndef SHOAL_TEST_SYS_KERNEL_INPUTS_H_
#define SHOAL_TEST_SYS_KERNEL_INPUTS_H_

#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "kernels/element_type.h"
#include "kernels/ordered_keys.h"

namespace shoal::kernels {

/// Exactly as long as the elements, from an odd multiple of their size on: sanitizers see what goes beyond, and no vector is aligned.
class Room {
 public:
  Room(ElementType type, size_t count) : bytes_(count * BytesOf(type)) {
    offset_ = BytesOf(type);
    memory_ = std::make_unique<unsigned char[]>(offset_ + bytes_);
  }

  unsigned char* data() { return memory_.get() + offset_; }
  const unsigned char* data() const { return memory_.get() + offset_; }
  size_t bytes() const { return bytes_; }

 private:
  size_t offset_;
  size_t bytes_;
  std::unique_ptr<unsigned char[]> memory_;
};

/// Bits of every kind: NaN, infinities and subnormals among floats, extremes among integers. `tame`: doubles and floats of ordinary size.
inline Room RandomRoom(ElementType type, size_t count, unsigned seed, bool tame) {
  Room room(type, count);
  std::mt19937_64 random(seed);
  if (tame && type == ElementType::kFloat64) {
    for (size_t i = 0; i < count; ++i) {
      const double x = static_cast<double>(static_cast<int64_t>(random())) * 0x1p-60;
      memcpy(room.data() + 8 * i, &x, 8);
    }
  } else if (tame && type == ElementType::kFloat32) {
    for (size_t i = 0; i < count; ++i) {
      const float x = static_cast<float>(static_cast<int64_t>(random())) * 0x1p-60F;
      memcpy(room.data() + 4 * i, &x, 4);
    }
  } else {
    for (size_t i = 0; i < room.bytes(); ++i) room.data()[i] = static_cast<unsigned char>(random());
  }
  return room;
}

inline constexpr size_t kCounts[] = {0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 1023, 1024, 1025, 2049, 5000};

/// All NaN are one: which of two a processor hands on is not the kernels' business.
inline bool Same(double a, double b) { return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }

inline bool IsFloatType(size_t type) {
  const auto element = static_cast<ElementType>(type);
  return element == ElementType::kFloat16 || element == ElementType::kFloat32 || element == ElementType::kFloat64;
}

/// The keys of elements, ascending or descending: what is equal has equal keys, all NaN among it.
inline std::vector<uint64_t> KeysOf(ElementType type, const void* elements, size_t count, bool descending = false) {
  const size_t bytes = BytesOf(type);
  std::vector<unsigned char> narrow(count * bytes);
  portable::kKeys.encode[static_cast<size_t>(type)](elements, count, descending, narrow.data());
  std::vector<uint64_t> keys(count);
  for (size_t i = 0; i < count; ++i) memcpy(&keys[i], narrow.data() + i * bytes, bytes);
  return keys;
}

/// The same bits, but for those of NaN.
inline bool SameElements(ElementType type, const void* a, const void* b, size_t count) {
  return KeysOf(type, a, count) == KeysOf(type, b, count);
}

/// The tables of this name, `kKeys` say, of each path that this machine runs.
#ifdef SHOAL_VECTOR_PATHS
#define SHOAL_TABLES(name)                                                              \
  ThePath() >= Path::kAvx512 ? std::vector{&portable::name, &avx2::name, &avx512::name} \
  : ThePath() >= Path::kAvx2 ? std::vector{&portable::name, &avx2::name}                \
                             : std::vector {                                            \
    &portable::name                                                                     \
  }
#else
#define SHOAL_TABLES(name) \
  std::vector { &portable::name }
#endif

}  // namespace shoal::kernels

#endif  // SHOAL_TEST_SYS_KERNEL_INPUTS_H_
