import { availableParallelism } from 'node:os'
import { expectedRange } from '../errors/index.js'

/** One native call sleeps no longer; between calls JavaScript can be terminated and looks for cancellation and deaths. */
export const sliceMs = 50

/** About what a sleep and a wake cost: spinning for as long at most doubles the price of a wait, and mostly saves it. */
const spinBudgetNs = 50_000

/** Spinning with more members than CPUs only keeps the one that is waited for from running. */
export function spinNsFor(members: number): number {
  return members <= availableParallelism() ? spinBudgetNs : 0
}

/** @throws RangeError unless `timeoutMs` is a number ≥ 0; Infinity is one. */
export function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs >= 0)) throw expectedRange('timeoutMs', 'a number of milliseconds ≥ 0', timeoutMs)
}

/** When a wait that starts now is over, on the monotonic clock. */
export function deadlineOf(timeoutMs: number): number {
  return timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : performance.now() + timeoutMs
}

/** Time for the next native call, 0 once the deadline has passed. */
export function nextSliceMs(deadline: number): number {
  return deadline === Number.POSITIVE_INFINITY ? sliceMs : Math.min(sliceMs, Math.max(0, deadline - performance.now()))
}
