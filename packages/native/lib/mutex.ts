import { binding } from './binding.js'
import type { Words } from './words.js'

/** What a lock can come to: held, held but its last owner died, held by another, held by this thread already, beyond use. */
export const mutexLocked = 0
export const mutexPoisoned = 1
export const mutexBusy = 2
export const mutexDeadlock = 3

/** Room of a mutex, at a multiple of eight. */
export const kMutexBytes = 56

export const mutexInitialise = binding.mutexInitialise as (view: Words, index: number) => void
/** Spins, then sleeps for one slice of at most 50 ms. */
export const mutexLock = binding.mutexLock as (view: Words, index: number, spinNs: number, timeoutMs: number) => number
/** A function for the mutex there: what the lock came to. */
export const mutexTryLockAt = binding.mutexTryLockAt as (view: Words, index: number) => () => number
/** A function for the mutex there: false when the calling thread does not hold it. */
export const mutexUnlockAt = binding.mutexUnlockAt as (view: Words, index: number) => () => boolean
/** Takes the mark of the dead owner away. False when the calling thread does not hold it. */
export const mutexRepair = binding.mutexRepair as (view: Words, index: number) => boolean
/** Asks the holder to wake who sleeps on the futex word; returns that word, 0 once the mutex is free. */
export const mutexAnnounce = binding.mutexAnnounce as (view: Words, index: number) => number
/** How many words the futex word lies behind the mutex. */
export const mutexFutexWord = binding.mutexFutexWord as () => number
