import { part } from './binding.js'

const native = part('futex')

/** `futexWait`: woken (perhaps without cause), the word differed, or the slice is over. */
export type FutexResult = 0 | 1 | 2

/**
 * Sleeps while `view[index]` is `expected`: one slice of at most 50 ms, so that the loop around it lies in JavaScript, where a worker can
 * be terminated. Meets {@link futexWake} from any thread or process that maps the same memory.
 */
export const futexWait = native.futexWait as (view: Int32Array, index: number, expected: number, timeoutMs: number) => FutexResult

/** Wakes up to `count` sleepers on `view[index]`; returns how many. */
export const futexWake = native.futexWake as (view: Int32Array, index: number, count: number) => number

/** Spins for up to `spinNs` while `view[index]` is `expected`, then sleeps for one slice as {@link futexWait}. True when the word differs now. */
export const waitWhile = native.waitWhile as (
  view: Int32Array,
  index: number,
  expected: number,
  spinNs: number,
  timeoutMs: number,
) => boolean

/**
 * Spins for up to `spinNs` while `view[index]` is `expected`, and lets other threads have the CPU all the time: for spinners of whom there may
 * be one too many for the CPUs. True when the word differs now.
 */
export const spinYielding = native.spinYielding as (view: Int32Array, index: number, expected: number, spinNs: number) => boolean
