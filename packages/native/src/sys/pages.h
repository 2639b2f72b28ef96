#ifndef SHOAL_SYS_PAGES_H_
#define SHOAL_SYS_PAGES_H_

#include <unistd.h>

#include <cstddef>

namespace shoal {

constexpr size_t kHugePage = size_t{2} << 20;

inline size_t PageSize() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

inline size_t RoundUp(size_t length, size_t unit) { return (length + unit - 1) / unit * unit; }

}  // namespace shoal

#endif  // SHOAL_SYS_PAGES_H_
