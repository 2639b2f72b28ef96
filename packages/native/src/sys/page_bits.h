#ifndef SHOAL_SYS_PAGE_BITS_H_
#define SHOAL_SYS_PAGE_BITS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace shoal {

/// One bit a page, each claimed once; takes no lock, so that a signal handler may use it.
class PageBits {
 public:
  explicit PageBits(size_t pages) : words_(new std::atomic<uint64_t>[pages / 64 + 1]()) {}

  /// True for the first caller. Whoever else comes waits by faulting again until the first one is done.
  bool Claim(size_t page) {
    const uint64_t bit = uint64_t{1} << (page % 64);
    return (words_[page / 64].fetch_or(bit, std::memory_order_acq_rel) & bit) == 0;
  }

 private:
  std::unique_ptr<std::atomic<uint64_t>[]> words_;
};

}  // namespace shoal

#endif  // SHOAL_SYS_PAGE_BITS_H_
