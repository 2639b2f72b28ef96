import { part } from './binding.js'
import type { Words } from './words.js'

const native = part('record-ring')

/** Room of a ring without its records. */
export const kRingHeadBytes = native.kRingHeadBytes as number

/** What a push can come to. A pop returns a length, or one of these negated, or `ringTooSmall − length`. */
export const ringDone = 0
export const ringBusy = 1
export const ringEnded = 2
export const ringTooLong = 3
export const ringCorrupt = 5
export const ringTooSmall = -8

type Transfer = (view: Words, index: number, spinNs: number, timeoutMs: number, record: Uint8Array) => number

export const ringInitialise = native.ringInitialise as (view: Words, index: number, capacity: number) => void
export const ringPush = native.ringPush as Transfer
export const ringPop = native.ringPop as Transfer
export const ringEnd = native.ringEnd as (view: Words, index: number) => void
