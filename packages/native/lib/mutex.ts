import { part } from './binding.js'
import type { Words } from './words.js'

const native = part('mutex')

/** What a lock can come to: held, held but its last owner died, held by another, held by this thread already, beyond use. */
export const mutexLocked = 0
export const mutexPoisoned = 1
export const mutexBusy = 2
export const mutexDeadlock = 3

/** Room of a mutex, at a multiple of eight. */
export const kMutexBytes = 56

export const mutexInitialise = native.mutexInitialise as (view: Words, index: number) => void
/** Spins, then sleeps for one slice of at most 50 ms. */
export const mutexLock = native.mutexLock as (view: Words, index: number, spinNs: number, timeoutMs: number) => number
/** A function for the mutex there: what the lock came to. */
export const mutexTryLockAt = native.mutexTryLockAt as (view: Words, index: number) => () => number
/** A function for the mutex there: false when the calling thread does not hold it. */
export const mutexUnlockAt = native.mutexUnlockAt as (view: Words, index: number) => () => boolean
/** Takes the mark of the dead owner away. False when the calling thread does not hold it. */
export const mutexRepair = native.mutexRepair as (view: Words, index: number) => boolean
/** Asks the holder to wake who sleeps on the futex word; returns that word, 0 once the mutex is free. */
export const mutexAnnounce = native.mutexAnnounce as (view: Words, index: number) => number
/** How many words the futex word lies behind the mutex. */
export const mutexFutexWord = native.mutexFutexWord as () => number
