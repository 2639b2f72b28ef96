// An empty parallel region of OpenMP: ./openmp WORKERS REGIONS. Prints "done"; the time goes to stderr.
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  const int workers = argc > 1 ? atoi(argv[1]) : 2;
  const int regions = argc > 2 ? atoi(argv[2]) : 10000;
  omp_set_num_threads(workers);
  volatile int sink = 0;
  for (int i = 0; i < 1000; i++) {
#pragma omp parallel
    sink += omp_get_thread_num() < 0;
  }
  const double start = omp_get_wtime();
  for (int i = 0; i < regions; i++) {
#pragma omp parallel
    sink += omp_get_thread_num() < 0;
  }
  const double seconds = (omp_get_wtime() - start) / regions;
  puts("done");
  fprintf(stderr, "{\"seconds\":{\"work\":%.9g}}\n", seconds);
  return 0;
}
