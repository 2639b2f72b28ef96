import { part } from './binding.js'
import type { Words } from './words.js'

const native = part('semaphore')

type Acquire = (count: number, spinNs: number, timeoutMs: number) => boolean
type Release = (count: number) => boolean

export const semaphoreInitialise = native.semaphoreInitialise as (view: Words, index: number, permits: number) => void
/** A function for the semaphore there, of three words: permits, sleepers, and those of them that want more than one. Spins, then sleeps for one slice of at most 50 ms. */
export const semaphoreAcquireAt = native.semaphoreAcquireAt as (view: Words, index: number) => Acquire
/** A function for the semaphore there: false when there would be more permits than a word holds. */
export const semaphoreReleaseAt = native.semaphoreReleaseAt as (view: Words, index: number) => Release
