// What a C programmer does for each row of the suite: ./sync barrier spin|futex|pthread threads|processes MEMBERS PHASES
//                                                      ./sync mutex COUNT      ./sync hand-over COUNT
// Prints "done"; the seconds of each go to stderr.
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kSpins = 20000, kWarmUp = 1000 };

struct Shared {
  _Alignas(64) atomic_int phase;
  _Alignas(64) atomic_int arrived;
  _Alignas(64) atomic_int turn;
  pthread_barrier_t barrier;
  pthread_mutex_t mutex;
};

static struct Shared* shared;
static const char* kind;
static int members, phases;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static void sleep_on(atomic_int* word, int value) { syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0); }

static void wake(atomic_int* word) { syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0); }

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void meet(int spins) {
  const int phase = atomic_load(&shared->phase);
  if (atomic_fetch_add(&shared->arrived, 1) + 1 == members) {
    atomic_store(&shared->arrived, 0);
    atomic_store(&shared->phase, phase + 1);
    wake(&shared->phase);
    return;
  }
  for (; spins > 0; spins--) {
    if (atomic_load_explicit(&shared->phase, memory_order_acquire) != phase) return;
    pause_briefly();
  }
  while (atomic_load(&shared->phase) == phase) sleep_on(&shared->phase, phase);
}

static double meet_all(void) {
  double start = 0;
  for (int i = -kWarmUp; i < phases; i++) {
    if (i == 0) start = now();
    if (kind[0] == 'p')
      pthread_barrier_wait(&shared->barrier);
    else
      meet(kind[0] == 's' ? kSpins : 0);
  }
  return now() - start;
}

static void* member(void* unused) {
  meet_all();
  return unused;
}

static double barrier(int processes) {
  pthread_barrierattr_t attributes;
  pthread_barrierattr_init(&attributes);
  pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&shared->barrier, &attributes, members);
  for (int i = 1; i < members; i++) {
    pthread_t thread;
    if (!processes)
      pthread_create(&thread, NULL, member, NULL);
    else if (fork() == 0) {
      meet_all();
      _exit(0);
    }
  }
  return meet_all();
}

static double mutex(int count) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&shared->mutex, &attributes);
  const double start = now();
  for (int i = 0; i < count; i++) {
    pthread_mutex_lock(&shared->mutex);
    pthread_mutex_unlock(&shared->mutex);
  }
  return (now() - start) / count;
}

// Two processes, one of which always sleeps, each on a CPU of its own.
static double hand_over(int count) {
  const int me = fork() == 0;
  cpu_set_t own;
  CPU_ZERO(&own);
  CPU_SET(me, &own);
  sched_setaffinity(0, sizeof own, &own);
  const double start = now();
  for (int i = 0; i < count; i++) {
    for (int turn; (turn = atomic_load(&shared->turn)) != me;) sleep_on(&shared->turn, turn);
    atomic_store(&shared->turn, !me);
    wake(&shared->turn);
  }
  if (me) _exit(0);
  return (now() - start) / count;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  double seconds;
  if (strcmp(argv[1], "barrier") == 0) {
    if (argc < 6) return 2;
    kind = argv[2];
    members = atoi(argv[4]);
    phases = atoi(argv[5]);
    seconds = barrier(argv[3][0] == 'p') / phases;
  } else {
    seconds = argv[1][0] == 'm' ? mutex(atoi(argv[2])) : hand_over(atoi(argv[2]));
  }
  puts("done");
  fprintf(stderr, "{\"seconds\":{\"work\":%.9g}}\n", seconds);
  return 0;
}
