// An empty parallel region of OpenMP: ./openmp WORKERS REGIONS. Prints "done"; the time goes to stderr.
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

// Nothing, but not for the compiler.
static inline void empty(void) { __asm__ volatile("" ::: "memory"); }

int main(int argc, char** argv) {
  const int workers = argc > 1 ? atoi(argv[1]) : 2;
  const int regions = argc > 2 ? atoi(argv[2]) : 10000;
  omp_set_num_threads(workers);
  for (int i = 0; i < 1000; i++) {
#pragma omp parallel
    empty();
  }
  const double start = omp_get_wtime();
  for (int i = 0; i < regions; i++) {
#pragma omp parallel
    empty();
  }
  const double seconds = (omp_get_wtime() - start) / regions;
  puts("done");
  fprintf(stderr, "{\"seconds\":{\"work\":%.9g}}\n", seconds);
  return 0;
}
