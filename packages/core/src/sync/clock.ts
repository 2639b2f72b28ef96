// As it was when the library was loaded: a test's fake clock, which stands still, would keep waits from their ends, and pools from their turns.
const { hrtime } = process

/**
 * Milliseconds of the machine's monotonic clock, which all threads and processes share. Not `performance.now()`, which is no faster, begins
 * with each thread, and loads what takes a worker a millisecond.
 */
export function now(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
