import { isMainThread } from 'node:worker_threads'
import { expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { usableCpus } from '../memory/index.js'
import { now } from './clock.js'
import type { WaitOptions } from './sync-object.js'

/** One native call sleeps no longer; between calls JavaScript can be terminated and looks for cancellation and deaths. */
export const sliceMs = 50

/**
 * About what a sleep and a wake cost: spinning for as long at most doubles the price of a wait, and mostly saves it. On a virtual machine
 * a wake takes up to 100 µs. Spinning for less would keep two who take turns asleep for good: each gives up before the other has woken.
 */
const spinBudgetNs = 150_000

let cpus: number | undefined

/** Spinning with more members than CPUs only keeps the one that is waited for from running. */
export function spinNsFor(members: number): number {
  cpus ??= usableCpus()
  return members <= cpus ? spinBudgetNs : 0
}

/** @throws TypeError or RangeError unless `timeoutMs` is a number ≥ 0; Infinity is one. */
export function checkTimeout(timeoutMs: number): void {
  if (typeof timeoutMs !== 'number') throw expectedType('timeoutMs', 'a number of milliseconds ≥ 0', timeoutMs)
  if (!(timeoutMs >= 0)) throw expectedRange('timeoutMs', 'a number of milliseconds ≥ 0', timeoutMs)
}

/**
 * How long a wait may take that blocks its thread: for ever unless it says. Asked for before the first attempt, whether that has to wait or not.
 *
 * @throws TypeError, RangeError
 */
export function timeoutOf(options: WaitOptions | undefined): number {
  if (options === undefined) return Number.POSITIVE_INFINITY
  requireOptions(options)
  const { timeoutMs = Number.POSITIVE_INFINITY } = options
  checkTimeout(timeoutMs)
  return timeoutMs
}

/** When a wait that starts now is over, on the monotonic clock. */
export function deadlineOf(timeoutMs: number): number {
  return timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : now() + timeoutMs
}

/** What is left until the deadline, 0 once it has passed. */
export function leftMs(deadline: number): number {
  return deadline === Number.POSITIVE_INFINITY ? deadline : Math.max(0, deadline - now())
}

/** Time for the next native call, 0 once the deadline has passed. */
export function nextSliceMs(deadline: number): number {
  return Math.min(sliceMs, leftMs(deadline))
}

/**
 * Calls `attempt` with the length of a slice until it gives something else than undefined; each call sleeps that long at most.
 *
 * @param timeoutMs as `timeoutOf` has it
 * @throws what `timedOut` returns, after an attempt with no time left.
 */
export function block<T>(attempt: (sliceMs: number) => T | undefined, timeoutMs: number, timedOut: () => Error): T {
  const start = now()
  const deadline = start + timeoutMs
  for (;;) {
    const slice = nextSliceMs(deadline)
    const result = attempt(slice)
    if (result !== undefined) return result
    if (slice === 0) throw timedOut()
    // A slice may end early: whoever was woken finds that another was faster.
    if (now() - start >= sliceMs) warnOfBlocking()
  }
}

let warned = false

/** The event loop of a program that blocks its main thread answers nobody. Children that a pool or a program forked are workers. */
export function warnOfBlocking(): void {
  if (warned || !isMainThread || process.send !== undefined) return
  warned = true
  process.emitWarning('A wait has blocked the main thread for more than 50 ms: the ...Async forms do not', {
    type: 'ShoalWarning',
    code: 'SHOAL_MAIN_THREAD_BLOCKED',
  })
}
