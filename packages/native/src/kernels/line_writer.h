#ifndef SHOAL_KERNELS_LINE_WRITER_H_
#define SHOAL_KERNELS_LINE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace shoal::kernels {

constexpr size_t kLineBytes = 64;

/// Writes a whole cache line past the caches: what is written once and read much later does not fetch the line first.
inline void StreamLine(void* to, const void* from) {
#ifdef __SSE2__
  const auto* source = static_cast<const __m128i*>(from);
  auto* target = static_cast<__m128i*>(to);
  for (int i = 0; i < 4; ++i) _mm_stream_si128(target + i, _mm_load_si128(source + i));
#else
  memcpy(to, from, kLineBytes);
#endif
}

/// To be called before others read what was streamed.
inline void FinishStreaming() {
#ifdef __SSE2__
  _mm_sfence();
#endif
}

/// Appends elements to many places of one array at once: they are gathered in a line of cache for each place, and written a line at a time.
template <typename T, size_t kPlaces>
class LineWriter {
 public:
  /// `starts` are the places' first elements.
  void Begin(T* array, const uint64_t* starts, size_t places) {
    array_ = array;
    skew_ = reinterpret_cast<uintptr_t>(array) / sizeof(T) % kEach;
    for (size_t place = 0; place < places; ++place) first_[place] = static_cast<uint8_t>((starts[place] + skew_) % kEach);
  }

  /// Element `at` of the array; the next one of this place comes at `at + 1`.
  void Put(size_t place, size_t at, T value) {
    const size_t slot = (at + skew_) % kEach;
    T* line = lines_ + place * kEach;
    line[slot] = value;
    if (slot != kEach - 1) return;
    T* target = array_ + at - slot;
    const size_t first = first_[place];
    if (first == 0) {
      StreamLine(target, line);
    } else {
      memcpy(target + first, line + first, (kEach - first) * sizeof(T));
      first_[place] = 0;
    }
  }

  /// Writes the lines that are not full. `ends` are the places' next elements.
  void Finish(const uint64_t* ends, size_t places) {
    for (size_t place = 0; place < places; ++place) {
      const size_t end = (ends[place] + skew_) % kEach;
      const size_t first = first_[place];
      if (end > first) memcpy(array_ + ends[place] - (end - first), lines_ + place * kEach + first, (end - first) * sizeof(T));
    }
    FinishStreaming();
  }

 private:
  static constexpr size_t kEach = kLineBytes / sizeof(T);

  T* array_;
  /// How many elements of the array's first line of memory lie before it.
  size_t skew_;
  /// The first slot of each place's present line that is ours.
  uint8_t first_[kPlaces];
  alignas(kLineBytes) T lines_[kPlaces * kEach];
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_LINE_WRITER_H_
