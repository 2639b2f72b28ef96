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
/// What is put beyond a place's limit is dropped: it costs nothing to look only where a line is written.
template <typename T, size_t kPlaces>
class LineWriter {
 public:
  /// `starts` are the places' first elements, and `limits` one beyond their last; these stay where they are until Finish.
  void Begin(T* array, const uint64_t* starts, const uint64_t* limits, size_t places) {
    array_ = array;
    limits_ = limits;
    skew_ = reinterpret_cast<uintptr_t>(array) / sizeof(T) % kEach;
    for (size_t place = 0; place < places; ++place) {
      const size_t slot = (starts[place] + skew_) % kEach;
      first_[place] = static_cast<uint8_t>(slot == 0 ? kEach : slot);
    }
  }

  /// Element `at` of the array; the next one of this place comes at `at + 1`.
  void Put(size_t place, size_t at, T value) {
    const size_t slot = (at + skew_) % kEach;
    T* line = lines_ + place * kEach;
    // Not before the next one begins: to read at once what was just stored takes long.
    if (slot == 0) Write(place, line, at, limits_[place]);
    line[slot] = value;
  }

  /// Writes the last lines. `ends` are the places' next elements.
  void Finish(const uint64_t* ends, size_t places) {
    for (size_t place = 0; place < places; ++place) {
      const size_t unused = (kEach - (ends[place] + skew_) % kEach) % kEach;
      const uint64_t limit = ends[place] < limits_[place] ? ends[place] : limits_[place];
      Write(place, lines_ + place * kEach, ends[place] + unused, limit);
    }
    FinishStreaming();
  }

 private:
  static constexpr size_t kEach = kLineBytes / sizeof(T);

  /// A line, which ends before element `end`, as far as it lies within its place and before `limit`.
  void Write(size_t place, const T* line, size_t end, size_t limit) {
    const size_t first = first_[place];
    first_[place] = 0;
    if (first == 0 && end <= limit) return StreamLine(array_ + end - kEach, line);
    const size_t beyond = end > limit ? end - limit : 0;
    if (beyond < kEach - first) memcpy(array_ + end - kEach + first, line + first, (kEach - beyond - first) * sizeof(T));
  }

  T* array_;
  const uint64_t* limits_;
  /// How many elements of the array's first line of memory lie before it.
  size_t skew_;
  /// The first slot of each place's present line that is ours; kEach before the first line.
  uint8_t first_[kPlaces];
  alignas(kLineBytes) T lines_[kPlaces * kEach];
};

/// The same, an element at a time: faster where places are so few that a line of each, and the pages they lie in, are at hand.
template <typename T>
class ElementWriter {
 public:
  void Begin(T* array, const uint64_t* /*starts*/, const uint64_t* limits, size_t /*places*/) {
    array_ = array;
    limits_ = limits;
  }
  void Put(size_t place, size_t at, T value) {
    if (at < limits_[place]) array_[at] = value;
  }
  void Finish(const uint64_t* /*ends*/, size_t /*places*/) {}

 private:
  T* array_;
  const uint64_t* limits_;
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_LINE_WRITER_H_
