// What a C programmer does for each row of the suite: ./segments MODE [BYTES or COUNT]. Prints "done"; seconds go to stderr.
#define _GNU_SOURCE
#include <fcntl.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static int memfd(size_t bytes) {
  const int fd = memfd_create("segments", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) fail("memfd");
  return fd;
}

static char* map(int fd, size_t bytes) {
  char* at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) fail("mmap");
  return at;
}

// Untimed: a virtual machine gets memory from its host at the first touch, which takes three times as long.
static void warm(size_t bytes) {
  char* at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (at == MAP_FAILED) fail("mmap");
  munmap(at, bytes);
}

// A named segment whose memory is reserved, ready for use.
static void reserve(size_t bytes) {
  char name[64];
  snprintf(name, sizeof name, "/shoal-benchmark-c-%d", getpid());
  const int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0 || fallocate(fd, 0, 0, (off_t)bytes) != 0) fail("shm_open");
  map(fd, bytes);
  shm_unlink(name);
}

static void touch(size_t bytes) {
  volatile char* memory = map(memfd(bytes), bytes);
  for (size_t at = 0; at < bytes; at += 4096) memory[at] = 1;
}

static void prefault(size_t bytes, int threads) {
  char* at = map(memfd(bytes), bytes);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int part = 0; part < threads; part++) {
    const size_t share = bytes / threads;
    if (madvise(at + part * share, share, MADV_POPULATE_WRITE) != 0) fail("madvise");
  }
}

static void small(long count) {
  for (long i = 0; i < count; i++) {
    const int fd = memfd(1024);
    char* at = map(fd, 1024);
    at[0] = 1;
    munmap(at, 1024);
    close(fd);
  }
}

static void send_descriptor(int socket, int fd) {
  char byte = 0;
  struct iovec data = {&byte, 1};
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(socket, &message, 0) != 1) fail("sendmsg");
}

static int receive_descriptor(int socket) {
  char byte;
  struct iovec data = {&byte, 1};
  char control[CMSG_SPACE(sizeof(int))];
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(socket, &message, 0) != 1) fail("recvmsg");
  int fd;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

// From the parent's first step to the child's answer, which has read the memory.
static double hand_over(size_t bytes) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("socketpair");
  const int fd = memfd(bytes);
  map(fd, bytes)[5] = 7;
  const pid_t child = fork();
  if (child == 0) {
    char ready = 1;
    if (write(ends[1], &ready, 1) != 1) fail("write");
    const char answer = map(receive_descriptor(ends[1]), bytes)[5];
    if (write(ends[1], &answer, 1) != 1) fail("write");
    _exit(0);
  }
  char answer;
  if (read(ends[0], &answer, 1) != 1) fail("read");
  const double start = omp_get_wtime();
  send_descriptor(ends[0], fd);
  if (read(ends[0], &answer, 1) != 1 || answer != 7) fail("answer");
  const double seconds = omp_get_wtime() - start;
  waitpid(child, NULL, 0);
  return seconds;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const char* mode = argv[1];
  const size_t amount = strtoull(argv[2], NULL, 10);
  const int threads = argc > 3 ? atoi(argv[3]) : 1;
  if (amount >= 1 << 20 && strcmp(mode, "hand-over") != 0) warm(amount);
  const double start = omp_get_wtime();
  double seconds = 0;
  if (strcmp(mode, "warm") == 0) return 0;
  if (strcmp(mode, "reserve") == 0)
    reserve(amount);
  else if (strcmp(mode, "touch") == 0)
    touch(amount);
  else if (strcmp(mode, "prefault") == 0)
    prefault(amount, threads);
  else if (strcmp(mode, "small") == 0)
    small((long)amount);
  else if (strcmp(mode, "hand-over") == 0)
    seconds = hand_over(amount);
  else
    return 2;
  if (seconds == 0) seconds = omp_get_wtime() - start;
  if (strcmp(mode, "small") == 0) seconds = seconds / amount;
  puts("done");
  fprintf(stderr, "{\"seconds\":{\"work\":%.9g}}\n", seconds);
  return 0;
}
