// The heat example of packages/examples/heat in C with OpenMP: the same start, the same sums in the same order.
//
//   heat SIZE STEPS THREADS      checksum on stdout, {"seconds":{"work":S}} on stderr
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void HeatPlate(double* grid, size_t size) {
#pragma omp parallel for
  for (size_t y = 0; y < size; y++) {
    for (size_t x = 0; x < size; x++) {
      size_t i = y * size + x;
      int is_edge = x == 0 || x == size - 1 || y == size - 1;
      grid[i] = y == 0 ? 100 : is_edge ? 0 : (double)(i * 7919 % 1013) / 10;
    }
  }
}

static const double* Heat(double* from, double* to, size_t size, int steps) {
#pragma omp parallel firstprivate(from, to)
  for (int step = 0; step < steps; step++) {
#pragma omp for schedule(static)
    for (size_t y = 1; y < size - 1; y++) {
      for (size_t x = 1; x < size - 1; x++) {
        size_t i = y * size + x;
        to[i] = 0.25 * (from[i - 1] + from[i + 1] + from[i - size] + from[i + size]);
      }
    }
    double* last = to;
    to = from;
    from = last;
  }
  return steps % 2 == 0 ? from : to;
}

static uint32_t Checksum(const double* grid, size_t length) {
  const uint32_t* words = (const uint32_t*)(const void*)grid;
  uint32_t hash = 0x811c9dc5;
  for (size_t i = 0; i < length * 2; i++) hash = (hash ^ words[i]) * 0x01000193;
  return hash;
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s SIZE STEPS THREADS\n", argv[0]);
    return 2;
  }
  size_t size = (size_t)atol(argv[1]);
  int steps = atoi(argv[2]);
  omp_set_num_threads(atoi(argv[3]));

  double *from = malloc(size * size * sizeof(double)), *to = malloc(size * size * sizeof(double));
  if (from == NULL || to == NULL) {
    perror("malloc");
    return 1;
  }
  HeatPlate(from, size);
  HeatPlate(to, size);

  double start = omp_get_wtime();
  const double* plate = Heat(from, to, size, steps);
  double seconds = omp_get_wtime() - start;

  printf("%08x\n", Checksum(plate, size * size));
  fprintf(stderr, "{\"seconds\":{\"work\":%.6f}}\n", seconds);
  return 0;
}
