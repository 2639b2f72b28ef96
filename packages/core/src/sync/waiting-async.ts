import { waitAsync } from '@shoal/native'
import type { SharedWords } from './place.js'
import type { WaitAsyncOptions } from './sync-object.js'
import { checkTimeout, deadlineOf, sliceMs } from './waiting.js'

/** A word to wait for, from another thread. */
export interface Parking {
  readonly view: SharedWords
  readonly index: number
  readonly expected: number
  /** Where sleepers are counted; −1: nowhere. */
  readonly sleepers: number
}

/**
 * Resolves when the word differs or the time is over; keeps the process alive and its event loop free until then.
 *
 * @throws the signal's reason, at once.
 */
export function park(parking: Parking, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const { view, index, expected, sleepers } = parking
  return new Promise((resolve, reject) => {
    const settle = () => {
      signal?.removeEventListener('abort', cancel)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
    const cancel = waitAsync(view, index, expected, sleepers, timeoutMs, settle)
    signal?.addEventListener('abort', cancel)
  })
}

/**
 * Calls `attempt` until it gives something else than undefined, and parks in between.
 * `parking` is called before the attempt that precedes the wait, so that nothing between the two is missed.
 *
 * @throws what `timedOut` returns, or the signal's reason.
 */
export async function retry<T>(
  attempt: () => T | undefined,
  parking: () => Parking,
  timedOut: () => Error,
  options: WaitAsyncOptions = {},
): Promise<T> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options
  checkTimeout(timeoutMs)
  signal?.throwIfAborted()
  const deadline = deadlineOf(timeoutMs)
  for (let result = attempt(); ; result = attempt()) {
    if (result !== undefined) return result
    const left = deadline - performance.now()
    if (left <= 0) throw timedOut()
    const place = parking()
    result = attempt()
    if (result !== undefined) return result
    await park(place, left, signal)
  }
}

/** For what no single word tells: looks after 1 ms, then after twice as long each time, up to 50 ms. */
export async function poll<T>(attempt: () => T | undefined, timedOut: () => Error, options: WaitAsyncOptions = {}): Promise<T> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options
  checkTimeout(timeoutMs)
  signal?.throwIfAborted()
  const deadline = deadlineOf(timeoutMs)
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, sliceMs)) {
    const result = attempt()
    if (result !== undefined) return result
    const left = deadline - performance.now()
    if (left <= 0) throw timedOut()
    await pause(Math.min(pauseMs, left), signal)
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
