#include <cstring>

#include "check.h"

/// Runs all cases, or those whose title holds the argument.
int main(int count, char** arguments) {
  for (const auto& one : shoal::test::Cases()) {
    if (count > 1 && strstr(one.title, arguments[1]) == nullptr) continue;
    printf("%s\n", one.title);
    fflush(stdout);
    one.run();
  }
  return 0;
}
