import { clearTimeout, setTimeout, waitAsync } from '@shoal/native'
import { checkAbortSignal, requireOptions } from '../errors/index.js'
import { onAbort } from './on-abort.js'
import type { SharedWords } from './place.js'
import type { WaitAsyncOptions } from './sync-object.js'
import { checkTimeout, deadlineOf, leftMs, sliceMs } from './waiting.js'

/** A word that changes when there is something to look at. */
export interface WaitingPlace {
  readonly view: SharedWords
  readonly index: number
  /** The word that counts who waits; −1: none does. */
  readonly sleepers: number
  /** What to wait for a change from. */
  expected(): number
  /** When to look again although the word is the same; never if this is left out. */
  readonly againAfterMs?: number
}

/** @throws TypeError, RangeError for options that are none, before anything is waited for; the signal's reason. */
export function checkWaiting(options: WaitAsyncOptions): WaitAsyncOptions {
  requireOptions(options)
  checkAbortSignal(options.signal)
  if (options.timeoutMs !== undefined) checkTimeout(options.timeoutMs)
  options.signal?.throwIfAborted()
  return options
}

/**
 * Resolves when the word differs from `expected` or the time is over; keeps the process alive and its event loop free until then.
 *
 * @throws the signal's reason, at once.
 */
export async function park(
  place: Omit<WaitingPlace, 'expected'>,
  expected: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const cancel = waitAsync(place.view, place.index, expected, timeoutMs, () => {
      stopListening?.()
      resolve()
    })
    const stopListening =
      signal &&
      onAbort(signal, () => {
        cancel()
        reject(signal.reason)
      })
  })
}

/**
 * Calls `attempt` until it gives something else than undefined, and parks in between.
 *
 * @throws what `timedOut` returns, or the signal's reason.
 */
export async function retry<T>(
  attempt: () => T | undefined,
  place: WaitingPlace,
  timedOut: () => Error,
  options: WaitAsyncOptions = {},
): Promise<T> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = checkWaiting(options)
  const deadline = deadlineOf(timeoutMs)
  for (let result = attempt(); ; result = attempt()) {
    if (result !== undefined) return result
    const left = leftMs(deadline)
    if (left === 0) throw timedOut()
    count(place, 1)
    try {
      // Counted, then the word, then the attempt: who makes it succeed after that either sees the count or has changed the word.
      const expected = place.expected()
      result = attempt()
      if (result !== undefined) return result
      await park(place, expected, Math.min(left, place.againAfterMs ?? left), signal)
    } finally {
      count(place, -1)
    }
  }
}

function count({ view, sleepers }: WaitingPlace, change: number): void {
  if (sleepers >= 0) Atomics.add(view, sleepers, change)
}

/** For System V semaphores, which have no word to watch: looks after 1 ms, then after twice as long each time, up to 50 ms. */
export async function poll<T>(attempt: () => T | undefined, timedOut: () => Error, options: WaitAsyncOptions = {}): Promise<T> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = checkWaiting(options)
  const deadline = deadlineOf(timeoutMs)
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, sliceMs)) {
    const result = attempt()
    if (result !== undefined) return result
    const left = leftMs(deadline)
    if (left === 0) throw timedOut()
    await pause(Math.min(pauseMs, left), signal)
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      stopListening?.()
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
    const timer = setTimeout(end, ms)
    const stopListening = signal && onAbort(signal, end)
  })
}
