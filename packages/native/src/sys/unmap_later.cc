#include "sys/unmap_later.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <mutex>

namespace shoal {
namespace {

constexpr size_t kMostRanges = 64;
constexpr size_t kMostBytes = size_t{16} << 10;

struct Range {
  uintptr_t begin;
  uintptr_t end;
  auto operator<=>(const Range&) const = default;
};
using Ranges = std::array<Range, kMostRanges>;

std::mutex waiting_mutex;
Ranges waiting;
size_t waiting_count = 0;

/// Neighbours in one call.
void UnmapAll(Ranges& ranges) {
  std::sort(ranges.begin(), ranges.end());
  Range run = ranges[0];
  for (size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].begin == run.end) {
      run.end = ranges[i].end;
    } else {
      munmap(reinterpret_cast<void*>(run.begin), run.end - run.begin);
      run = ranges[i];
    }
  }
  munmap(reinterpret_cast<void*>(run.begin), run.end - run.begin);
}

}  // namespace

void UnmapLater(void* begin, size_t length) {
  if (length > kMostBytes) {
    munmap(begin, length);
    return;
  }
  const auto from = reinterpret_cast<uintptr_t>(begin);
  Ranges full;
  {
    std::lock_guard lock(waiting_mutex);
    waiting[waiting_count++] = Range{from, from + length};
    if (waiting_count < kMostRanges) return;
    full = waiting;
    waiting_count = 0;
  }
  UnmapAll(full);
}

}  // namespace shoal
