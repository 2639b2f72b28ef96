import { Worker } from 'node:worker_threads'

/** What the thread of the watchdog is told. */
export interface WatchdogOrder {
  readonly file: string
  readonly timeoutMs: number
}

let armed = false

/**
 * Ends the process with code 1 when it still runs after `timeoutMs`, and says what holds it. uvu has no time-out of its own. What is usual
 * is many times as long as any file takes: slow machines, other load and sanitizers make them slower by ten times together.
 *
 * Two clocks: a timer here sees a loop that turns but never empties; a thread sees a main thread that is blocked. Neither keeps a
 * finished process alive.
 */
export function watchdog(timeoutMs = 600_000): void {
  if (armed) return
  armed = true
  const file = process.argv[1] ?? 'unknown file'
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ') || 'nothing'
    console.error(`watchdog: ${file} still runs after ${timeoutMs} ms; still open: ${open}`)
    process.exit(1)
  }, timeoutMs).unref()
  const order: WatchdogOrder = { file, timeoutMs }
  new Worker(new URL('./watchdog-thread.js', import.meta.url), { workerData: order, execArgv: [], name: 'watchdog' }).unref()
}
