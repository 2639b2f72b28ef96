#include "kernels/random.h"

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

using Words = Vector<uint64_t>;

/// Blocks that are made side by side, one in each lane of two vectors, and the words of 64 bits that come of them.
constexpr size_t kBlocks = 16;
constexpr size_t kWords = 2 * kBlocks;

struct Counters {
  Words c0, c1, c2, c3;
};

SHOAL_INLINE void Round(Counters* c, uint64_t k0, uint64_t k1) {
  constexpr uint64_t kLow = 0xFFFFFFFF;
  const Words p0 = c->c0 * uint64_t{0xD2511F53};
  const Words p1 = c->c2 * uint64_t{0xCD9E8D57};
  c->c0 = (p1 >> 32) ^ c->c1 ^ k0;
  c->c2 = (p0 >> 32) ^ c->c3 ^ k1;
  c->c1 = p1 & kLow;
  c->c3 = p0 & kLow;
}

void MakeWords(uint64_t block, uint64_t seed, uint64_t stream, uint64_t* words) {
  constexpr uint64_t kLow = 0xFFFFFFFF;
  Counters halves[2];
  for (size_t half = 0; half < 2; ++half) {
    const Words index = (Words){0, 1, 2, 3, 4, 5, 6, 7} + (block + 8 * half);
    const Words none{};
    halves[half] = {index & kLow, index >> 32, none + (stream & kLow), none + (stream >> 32)};
  }
  uint64_t k0 = seed & kLow;
  uint64_t k1 = seed >> 32;
  for (int round = 0; round < 10; ++round) {
    Round(&halves[0], k0, k1);
    Round(&halves[1], k0, k1);
    k0 = (k0 + 0x9E3779B9) & kLow;
    k1 = (k1 + 0xBB67AE85) & kLow;
  }
  for (size_t half = 0; half < 2; ++half) {
    const Words even = halves[half].c1 << 32 | halves[half].c0;
    const Words odd = halves[half].c3 << 32 | halves[half].c2;
    for (size_t lane = 0; lane < 8; ++lane) {
      words[16 * half + 2 * lane] = even[lane];
      words[16 * half + 2 * lane + 1] = odd[lane];
    }
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
