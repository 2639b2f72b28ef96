import { binding } from './binding.js'
import type { Words } from './words.js'

type Acquire = (view: Words, index: number, count: number, spinNs: number, timeoutMs: number) => boolean

export const semaphoreInitialise = binding.semaphoreInitialise as (view: Words, index: number, permits: number) => void
/** Three words: permits, sleepers, and those of them that want more than one. Spins, then sleeps for one slice of at most 50 ms. */
export const semaphoreAcquire = binding.semaphoreAcquire as Acquire
/** False when there would be more permits than a word holds. */
export const semaphoreRelease = binding.semaphoreRelease as (view: Words, index: number, count: number) => boolean
