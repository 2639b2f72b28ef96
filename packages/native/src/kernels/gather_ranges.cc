#include "kernels/gather_ranges.h"

#include <algorithm>

#include "kernels/keys_as.h"

namespace shoal::kernels {
namespace {

/// Without a branch that depends on the elements, as nobody could predict it. How many there are.
template <typename U>
size_t Choose(const U* keys, size_t count, WantedRanges ranges, U* into) {
  const auto least = static_cast<U>(ranges.least);
  const uint64_t last = ranges.wanted_bytes * 8 - 1;
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t range = uint64_t{static_cast<U>(keys[i] - least)} >> ranges.shift;
    into[next] = keys[i];
    next += range <= last && (ranges.wanted[range >> 3] >> (range & 7) & 1) != 0 ? 1 : 0;
  }
  return next;
}

}  // namespace

size_t GatherRanges(ElementType type, const void* elements, size_t count, const WantedRanges& ranges, void* into, size_t room) {
  const auto decode = Keys().decode[static_cast<size_t>(type)];
  size_t written = 0;
  if (ranges.wanted_bytes == 0) return written;
  ByWidth(type, [&]<typename U>() {
    U chosen[kKeyBatch];
    ForKeys<U>(type, false, elements, count, [&](const U* keys, size_t, size_t length) {
      const size_t next = std::min(Choose(keys, length, ranges, chosen), room - written);
      decode(chosen, next, false, static_cast<U*>(into) + written);
      written += next;
    });
  });
  return written;
}

}  // namespace shoal::kernels
