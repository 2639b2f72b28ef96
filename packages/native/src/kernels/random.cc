#include "kernels/random.h"

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

/// Blocks that are made side by side, and the words of 64 bits that come of them.
constexpr size_t kBlocks = 16;
constexpr size_t kWords = 2 * kBlocks;

void MakeWords(uint64_t block, uint64_t seed, uint64_t stream, uint64_t* words) {
  uint32_t c0[kBlocks], c1[kBlocks], c2[kBlocks], c3[kBlocks];
  for (size_t i = 0; i < kBlocks; ++i) {
    c0[i] = static_cast<uint32_t>(block + i);
    c1[i] = static_cast<uint32_t>((block + i) >> 32);
    c2[i] = static_cast<uint32_t>(stream);
    c3[i] = static_cast<uint32_t>(stream >> 32);
  }
  auto k0 = static_cast<uint32_t>(seed);
  auto k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    for (size_t i = 0; i < kBlocks; ++i) {
      const uint64_t p0 = uint64_t{0xD2511F53} * c0[i];
      const uint64_t p1 = uint64_t{0xCD9E8D57} * c2[i];
      c0[i] = static_cast<uint32_t>(p1 >> 32) ^ c1[i] ^ k0;
      c2[i] = static_cast<uint32_t>(p0 >> 32) ^ c3[i] ^ k1;
      c1[i] = static_cast<uint32_t>(p1);
      c3[i] = static_cast<uint32_t>(p0);
    }
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  for (size_t i = 0; i < kBlocks; ++i) {
    words[2 * i] = static_cast<uint64_t>(c1[i]) << 32 | c0[i];
    words[2 * i + 1] = static_cast<uint64_t>(c3[i]) << 32 | c2[i];
  }
}

template <typename T>
SHOAL_INLINE void PutWord(T* at, uint64_t word, const RandomRange& range) {
  if constexpr (kIsFloat<T>) {
    // As many bits as the type has, so that no number below 1 is rounded up to it.
    constexpr int kBits = kSame<T, double> ? 53 : kSame<T, float> ? 24 : 11;
    const double unit = static_cast<double>(static_cast<int64_t>(word >> (64 - kBits))) * (1.0 / static_cast<double>(int64_t{1} << kBits));
    const double x = range.low + unit * (range.high - range.low);
    if constexpr (kSame<T, Half>) {
      const Half half = Narrow(x);
      *at = static_cast<double>(Widen(half)) < range.high ? half : Narrow(range.low);
    } else {
      const T rounded = static_cast<T>(x);
      *at = rounded < range.high ? rounded : static_cast<T>(range.low);
    }
  } else {
    const uint64_t offset = range.span == 0 ? word : static_cast<uint64_t>(static_cast<unsigned __int128>(word) * range.span >> 64);
    if constexpr (kSame<T, Clamped>) {
      at->value = static_cast<uint8_t>(range.first + offset);
    } else {
      *at = static_cast<T>(range.first + offset);
    }
  }
}

template <typename T>
void FillAs(void* into, size_t count, uint64_t index, uint64_t seed, uint64_t stream, const RandomRange& range) {
  T* out = static_cast<T*>(into);
  uint64_t words[kWords];
  for (size_t i = 0; i < count;) {
    const uint64_t block = (index + i) / 2;
    const size_t skip = (index + i) % 2;
    MakeWords(block, seed, stream, words);
    const size_t length = kWords - skip < count - i ? kWords - skip : count - i;
    for (size_t j = 0; j < length; ++j) PutWord(out + i + j, words[skip + j], range);
    i += length;
  }
}

constexpr void (*kFillAs[kElementTypes])(void*, size_t, uint64_t, uint64_t, uint64_t, const RandomRange&) = {SHOAL_EACH_TYPE(FillAs)};

void Fill(const Elements& into, uint64_t index, uint64_t seed, uint64_t stream, const RandomRange& range) {
  kFillAs[static_cast<size_t>(into.type)](into.data, into.count, index, seed, stream, range);
}

}  // namespace

const RandomTable kRandom = {Fill};

}  // namespace shoal::kernels::SHOAL_PATH
