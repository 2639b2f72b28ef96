#ifndef SHOAL_BENCHMARKS_MEDIAN_SECONDS_H_
#define SHOAL_BENCHMARKS_MEDIAN_SECONDS_H_

#include <omp.h>
#include <stdlib.h>

enum { kMostRuns = 15 };

static int MedianSecondsLess(const void* a, const void* b) {
  double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

/// The median time of some runs after two more. What is done before each (nothing where null) is not timed.
static double MedianSeconds(int runs, void (*before)(void), void (*run)(void)) {
  double seconds[kMostRuns];
  for (int i = -2; i < runs; i++) {
    if (before != NULL) before();
    double start = omp_get_wtime();
    run();
    if (i >= 0) seconds[i] = omp_get_wtime() - start;
  }
  qsort(seconds, (size_t)runs, sizeof *seconds, MedianSecondsLess);
  return seconds[runs / 2];
}

#endif  // SHOAL_BENCHMARKS_MEDIAN_SECONDS_H_
