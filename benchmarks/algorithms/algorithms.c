// What a C programmer writes with OpenMP: algorithms OPERATION THREADS COUNT
// The result on stdout, {"seconds":{"work":S}} on stderr: the median of 15 runs after two more.
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "median_seconds.h"

static size_t n;
static double *xs, *ys, *into;
static double result;

static double* Numbers(size_t modulus) {
  double* numbers = aligned_alloc(2 << 20, (n * sizeof(double) + (2 << 20) - 1) / (2 << 20) * (2 << 20));
  if (numbers == NULL) {
    perror("aligned_alloc");
    exit(1);
  }
#pragma omp parallel for
  for (size_t i = 0; i < n; i++) numbers[i] = (double)(i % modulus);
  return numbers;
}

static void Sum(void) {
  double total = 0;
#pragma omp parallel for simd reduction(+ : total)
  for (size_t i = 0; i < n; i++) total += xs[i];
  result = total;
}

static void Min(void) {
  double least = xs[0];
#pragma omp parallel for simd reduction(min : least)
  for (size_t i = 0; i < n; i++) least = xs[i] < least ? xs[i] : least;
  result = least;
}

static void Max(void) {
  double greatest = xs[0];
#pragma omp parallel for simd reduction(max : greatest)
  for (size_t i = 0; i < n; i++) greatest = xs[i] > greatest ? xs[i] : greatest;
  result = greatest;
}

static void Dot(void) {
  double total = 0;
#pragma omp parallel for simd reduction(+ : total)
  for (size_t i = 0; i < n; i++) total += xs[i] * ys[i];
  result = total;
}

static void Scale(void) {
#pragma omp parallel for simd
  for (size_t i = 0; i < n; i++) xs[i] *= -1;
}

static void Axpy(void) {
#pragma omp parallel for simd
  for (size_t i = 0; i < n; i++) ys[i] += 2 * xs[i];
}

// Each thread adds up its part, then writes the prefixes of its part: two passes, as there is no scan across threads in one.
static void Scan(void) {
  double totals[256] = {0};
#pragma omp parallel
  {
    size_t threads = (size_t)omp_get_num_threads(), thread = (size_t)omp_get_thread_num();
    size_t start = n * thread / threads, end = n * (thread + 1) / threads;
    double total = 0;
#pragma omp simd reduction(+ : total)
    for (size_t i = start; i < end; i++) total += xs[i];
    totals[thread] = total;
#pragma omp barrier
    double prefix = 0;
    for (size_t before = 0; before < thread; before++) prefix += totals[before];
#pragma omp simd reduction(inscan, + : prefix)
    for (size_t i = start; i < end; i++) {
      prefix += xs[i];
#pragma omp scan inclusive(prefix)
      into[i] = prefix;
    }
  }
}

static double Total(const double* numbers) {
  double total = 0;
  for (size_t i = 0; i < n; i++) total += numbers[i];
  return total;
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    void (*run)(void);
  } operations[] = {{"sum", Sum}, {"min", Min}, {"max", Max}, {"dot", Dot}, {"scale", Scale}, {"axpy", Axpy}, {"scan", Scan}};
  if (argc != 4) {
    fprintf(stderr, "usage: %s OPERATION THREADS COUNT\n", argv[0]);
    return 2;
  }
  omp_set_num_threads(atoi(argv[2]));
  n = (size_t)atol(argv[3]);
  xs = Numbers(1000);
  ys = Numbers(777);
  into = Numbers(10);
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    if (strcmp(operations[i].name, argv[1]) != 0) continue;
    double seconds = MedianSeconds(kMostRuns, NULL, operations[i].run);
    if (operations[i].run == Scale) result = Total(xs);
    if (operations[i].run == Axpy) result = Total(ys);
    if (operations[i].run == Scan) result = into[n - 1];
    printf("%.0f\n", result);
    fprintf(stderr, "{\"seconds\":{\"work\":%.9f}}\n", seconds);
    return 0;
  }
  fprintf(stderr, "Expected sum, min, max, dot, scale, axpy or scan but received %s\n", argv[1]);
  return 2;
}
