#ifndef SHOAL_SYS_RESULT_H_
#define SHOAL_SYS_RESULT_H_

#include <cerrno>
#include <utility>

namespace shoal {

/// A failed system call: its errno, captured on the line of the call, and its name.
struct SysError {
  int number = 0;
  const char* syscall = "";
};

/// A value or the system call that kept us from having it.
template <typename T>
class Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit on purpose, so that `return value;` reads plainly
  Result(SysError error) : error_(error) {}      // NOLINT

  bool ok() const { return error_.number == 0; }
  T& value() { return value_; }
  const SysError& error() const { return error_; }

 private:
  T value_{};
  SysError error_;
};

/// For calls that give nothing back.
struct Done {};
using Status = Result<Done>;

inline SysError LastError(const char* syscall) { return SysError{errno, syscall}; }

}  // namespace shoal

#endif  // SHOAL_SYS_RESULT_H_
