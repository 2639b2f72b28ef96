import { part } from './binding.js'

const native = part('read-write-lock')

/** Room of the lock itself, and of one reader's slot. */
export const kReadWriteLockBytes = 64
export const kReaderBytes = 64

/** In place of a slot: the writers' mutex. */
export const rwlockWriter = -1
export const rwlockNoSlot = -1
export const rwlockDeadlock = -2

type Words = Int32Array

export const rwlockInitialise = native.rwlockInitialise as (view: Words, index: number, slots: number) => void
/** The slot taken, or one of the two numbers above. */
export const rwlockRead = native.rwlockRead as (view: Words, index: number, hint: number, timeoutMs: number) => number
export const rwlockEndRead = native.rwlockEndRead as (view: Words, index: number, slot: number) => boolean
/** What `mutexLock` returns; once locked, drain. */
export const rwlockBeginWrite = native.rwlockBeginWrite as (view: Words, index: number, spinNs: number, timeoutMs: number) => number
/** The first slot from `slot` on whose reader has not left within one slice, or the number of slots. */
export const rwlockDrain = native.rwlockDrain as (view: Words, index: number, slot: number, timeoutMs: number) => number
export const rwlockEndWrite = native.rwlockEndWrite as (view: Words, index: number) => boolean
export const rwlockRepair = native.rwlockRepair as (view: Words, index: number) => boolean
type OfMutex = (view: Words, index: number, slot: number) => number

/** Asks who holds a slot, or writes, to wake who sleeps on the futex word; returns that word, 0 once it is free. */
export const rwlockAnnounce = native.rwlockAnnounce as OfMutex
/** How many words that futex word lies behind the lock. */
export const rwlockFutexWord = native.rwlockFutexWord as OfMutex
