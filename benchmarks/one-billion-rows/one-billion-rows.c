// The one billion row challenge as a C programmer writes it first: map the file, one part per thread cut at line
// ends, one pass, a hash table per thread, merge at the end. The input is trusted to follow the challenge's rules.
//
//   one-billion-rows FILE THREADS      result on stdout, {"seconds":{"work":S}} on stderr
#include <fcntl.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kSlots = 1 << 15 };  // 10,000 stations at most, so at most a third full

typedef struct {
  const char* name;  // in the mapped file; NULL marks a free slot
  uint32_t length;
  uint32_t hash;
  int64_t sum;  // temperatures in tenths of a degree
  int64_t count;
  int32_t min;
  int32_t max;
} Station;

static void Fail(const char* what) {
  perror(what);
  exit(1);
}

static Station* FindStation(Station* table, const char* name, uint32_t length, uint32_t hash) {
  for (uint32_t i = hash;; i++) {
    Station* s = &table[i & (kSlots - 1)];
    if (s->name == NULL) {
      *s = (Station){.name = name, .length = length, .hash = hash, .min = INT32_MAX, .max = INT32_MIN};
      return s;
    }
    if (s->hash == hash && s->length == length && memcmp(s->name, name, length) == 0) return s;
  }
}

static void Aggregate(Station* table, const char* p, const char* end) {
  while (p < end) {
    const char* name = p;
    uint32_t hash = 2166136261u;  // FNV-1a
    while (*p != ';') hash = (hash ^ (uint8_t)*p++) * 16777619u;
    uint32_t length = (uint32_t)(p++ - name);

    int negative = *p == '-';
    p += negative;
    int32_t tenths = *p++ - '0';
    if (*p != '.') tenths = tenths * 10 + (*p++ - '0');
    tenths = tenths * 10 + (p[1] - '0');
    p += 3;  // the point, the digit, the line end
    if (negative) tenths = -tenths;

    Station* s = FindStation(table, name, length, hash);
    if (tenths < s->min) s->min = tenths;
    if (tenths > s->max) s->max = tenths;
    s->sum += tenths;
    s->count++;
  }
}

static void Merge(Station* into, const Station* from) {
  for (size_t i = 0; i < kSlots; i++) {
    const Station* f = &from[i];
    if (f->name == NULL) continue;
    Station* s = FindStation(into, f->name, f->length, f->hash);
    if (f->min < s->min) s->min = f->min;
    if (f->max > s->max) s->max = f->max;
    s->sum += f->sum;
    s->count += f->count;
  }
}

// UTF-16 sorts surrogates (4 bytes in UTF-8, from 0xF0) before U+E000 to U+FFFF (lead bytes 0xEE and 0xEF).
static int Utf16Rank(uint8_t byte) { return byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte; }

static int CompareNames(const void* left, const void* right) {
  const Station *a = left, *b = right;
  uint32_t shorter = a->length < b->length ? a->length : b->length;
  for (uint32_t i = 0; i < shorter; i++) {
    if (a->name[i] != b->name[i]) return Utf16Rank((uint8_t)a->name[i]) - Utf16Rank((uint8_t)b->name[i]);
  }
  return (a->length > b->length) - (a->length < b->length);
}

// floor((2 * sum + count) / (2 * count)): the mean in tenths, halves up as Java's Math.round has them.
static int64_t MeanTenths(const Station* s) {
  int64_t numerator = 2 * s->sum + s->count, denominator = 2 * s->count;
  return numerator / denominator - (numerator % denominator < 0);
}

static void PrintTenths(FILE* out, int64_t tenths) {
  fprintf(out, "%s%ld.%ld", tenths < 0 ? "-" : "", labs(tenths) / 10, labs(tenths) % 10);
}

static void Print(FILE* out, const Station* stations, size_t count) {
  fputc('{', out);
  for (size_t i = 0; i < count; i++) {
    const Station* s = &stations[i];
    fprintf(out, "%s%.*s=", i == 0 ? "" : ", ", (int)s->length, s->name);
    PrintTenths(out, s->min);
    fputc('/', out);
    PrintTenths(out, MeanTenths(s));
    fputc('/', out);
    PrintTenths(out, s->max);
  }
  fputs("}\n", out);
}

static const char* LineStart(const char* data, size_t size, size_t offset) {
  if (offset == 0) return data;
  const char* line_end = memchr(data + offset - 1, '\n', size - offset + 1);
  return line_end == NULL ? data + size : line_end + 1;
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s FILE THREADS\n", argv[0]);
    return 2;
  }
  int threads = atoi(argv[2]);
  double start = omp_get_wtime();

  int fd = open(argv[1], O_RDONLY);
  struct stat file;
  if (fd == -1 || fstat(fd, &file) == -1) Fail(argv[1]);
  size_t size = (size_t)file.st_size;
  const char* data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) Fail("mmap");

  Station* tables = calloc((size_t)threads * kSlots, sizeof(Station));
  if (tables == NULL) Fail("calloc");
#pragma omp parallel num_threads(threads)
  {
    size_t rank = (size_t)omp_get_thread_num();
    const char* from = LineStart(data, size, size / threads * rank);
    const char* to = rank + 1 == (size_t)threads ? data + size : LineStart(data, size, size / threads * (rank + 1));
    Aggregate(&tables[rank * kSlots], from, to);
  }
  for (int rank = 1; rank < threads; rank++) Merge(tables, &tables[(size_t)rank * kSlots]);

  size_t count = 0;
  for (size_t i = 0; i < kSlots; i++) {
    if (tables[i].name != NULL) tables[count++] = tables[i];
  }
  qsort(tables, count, sizeof(Station), CompareNames);
  double seconds = omp_get_wtime() - start;

  Print(stdout, tables, count);
  fprintf(stderr, "{\"seconds\":{\"work\":%.6f}}\n", seconds);
  return 0;
}
