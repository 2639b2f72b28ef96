#ifndef SHOAL_TEST_SYS_CHECK_H_
#define SHOAL_TEST_SYS_CHECK_H_

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace shoal::test {

struct Case {
  const char* title;
  void (*run)();
};

inline std::vector<Case>& Cases() {
  static std::vector<Case> cases;
  return cases;
}

struct Registration {
  Registration(const char* title, void (*run)()) { Cases().push_back({title, run}); }
};

[[noreturn]] inline void Fail(const char* file, int line, const char* condition) {
  fprintf(stderr, "%s:%d: %s does not hold\n", file, line, condition);
  exit(1);
}

}  // namespace shoal::test

/// TEST(Name, "title that states behaviour") { … }
#define TEST(name, title)                                                  \
  static void name();                                                      \
  static const shoal::test::Registration registration_##name(title, name); \
  static void name()

/// Ends the program: a system call that went wrong makes everything after it meaningless.
#define CHECK(condition) \
  if (!(condition)) shoal::test::Fail(__FILE__, __LINE__, #condition)

#endif  // SHOAL_TEST_SYS_CHECK_H_
