// What a C programmer writes with OpenMP: ordering sort|histogram|bincount THREADS COUNT
// The result on stdout, {"seconds":{"work":S}} on stderr: the median of some runs.
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "median_seconds.h"

enum { kBins = 100, kValues = 1000, kDigits = 256, kMostThreads = 256 };

static size_t n;
static uint32_t *input, *xs, *spare;
static double* doubles;
static uint64_t counts[kValues];

static void* Pages(size_t bytes) {
  void* pages = aligned_alloc(2 << 20, (bytes + (2 << 20) - 1) / (2 << 20) * (2 << 20));
  if (pages == NULL) {
    perror("aligned_alloc");
    exit(1);
  }
  return pages;
}

// The end of MurmurHash3: as random as it takes, and the same on every side.
static uint32_t Mixed(uint32_t i) {
  uint32_t h = i * 0x9e3779b1u;
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

static double Fraction(uint32_t i) { return ((double)Mixed(i) * 2097152 + (Mixed(i ^ 0x5bd1e995u) >> 11)) / 9007199254740992; }

static void Restore(void) { memcpy(xs, input, n * sizeof *xs); }

// By the least digit of eight bits first. Each thread counts and moves its own part, so the passes are stable.
static void Sort(void) {
  static size_t next[kMostThreads][kDigits];
  uint32_t *from = xs, *to = spare;
  for (int shift = 0; shift < 32; shift += 8) {
#pragma omp parallel
    {
      size_t threads = (size_t)omp_get_num_threads(), thread = (size_t)omp_get_thread_num();
      size_t start = n * thread / threads, end = n * (thread + 1) / threads;
      size_t own[kDigits] = {0};
      for (size_t i = start; i < end; i++) own[from[i] >> shift & 255]++;
      memcpy(next[thread], own, sizeof own);
#pragma omp barrier
#pragma omp single
      {
        size_t sum = 0;
        for (size_t digit = 0; digit < kDigits; digit++) {
          for (size_t t = 0; t < threads; t++) {
            size_t size = next[t][digit];
            next[t][digit] = sum;
            sum += size;
          }
        }
      }
      memcpy(own, next[thread], sizeof own);
      for (size_t i = start; i < end; i++) to[own[from[i] >> shift & 255]++] = from[i];
    }
    uint32_t* sorted = to;
    to = from;
    from = sorted;
  }
}

static void Histogram(void) {
  memset(counts, 0, sizeof counts);
#pragma omp parallel
  {
    uint64_t own[kBins + 1] = {0};
#pragma omp for
    for (size_t i = 0; i < n; i++) own[(int)(doubles[i] * kBins)]++;
#pragma omp critical
    for (size_t bin = 0; bin < kBins; bin++) counts[bin] += own[bin];
  }
}

static void Bincount(void) {
  memset(counts, 0, sizeof counts);
#pragma omp parallel
  {
    uint64_t own[kValues] = {0};
#pragma omp for
    for (size_t i = 0; i < n; i++) own[xs[i]]++;
#pragma omp critical
    for (size_t value = 0; value < kValues; value++) counts[value] += own[value];
  }
}

static void PrintCounts(void) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kValues; i++) sum += (i + 1) * counts[i];
  printf("%llu\n", (unsigned long long)sum);
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s sort|histogram|bincount THREADS COUNT\n", argv[0]);
    return 2;
  }
  omp_set_num_threads(atoi(argv[2]));
  n = (size_t)atol(argv[3]);
  double seconds;
  if (strcmp(argv[1], "sort") == 0) {
    input = Pages(n * sizeof *input);
    xs = Pages(n * sizeof *xs);
    spare = Pages(n * sizeof *spare);
#pragma omp parallel for
    for (size_t i = 0; i < n; i++) input[i] = Mixed((uint32_t)i);
    seconds = MedianSeconds(5, Restore, Sort);
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i += 1000) sum += (i / 1000 % 7 + 1) * xs[i];
    printf("%llu\n", (unsigned long long)sum);
  } else if (strcmp(argv[1], "histogram") == 0) {
    doubles = Pages(n * sizeof *doubles);
#pragma omp parallel for
    for (size_t i = 0; i < n; i++) doubles[i] = Fraction((uint32_t)i);
    seconds = MedianSeconds(kMostRuns, NULL, Histogram);
    PrintCounts();
  } else {
    xs = Pages(n * sizeof *xs);
#pragma omp parallel for
    for (size_t i = 0; i < n; i++) xs[i] = Mixed((uint32_t)i) % kValues;
    seconds = MedianSeconds(kMostRuns, NULL, Bincount);
    PrintCounts();
  }
  fprintf(stderr, "{\"seconds\":{\"work\":%.9f}}\n", seconds);
  return 0;
}
