import { part } from './binding.js'
import type { Words } from './words.js'

const native = part('barrier')

/** What an arrival or a wait can come to; an arrival that has to wait returns its generation instead, which is never negative. */
export const barrierElected = -3
export const barrierPassed = -2
export const barrierBroken = -1
/** `barrierAwait` only: the slice is over. */
export const barrierWaiting = 0

type Arrive = (spinNs: number, timeoutMs: number) => number
type Await = (view: Words, index: number, generation: number, spinNs: number, timeoutMs: number) => number
type BreakGeneration = (view: Words, index: number, generation: number, rank: number, reason: number) => boolean

/** Sixteen bytes, at a multiple of eight. */
export const barrierInitialise = native.barrierInitialise as (view: Words, index: number, parties: number) => void
/** A function for the barrier there, which arrives, spins and sleeps for one slice: all in one call. */
export const barrierArriveAt = native.barrierArriveAt as (view: Words, index: number) => Arrive
/** One more slice for an arrival that returned `generation`. */
export const barrierAwait = native.barrierAwait as Await
/** False when it was broken already. */
export const barrierBreak = native.barrierBreak as (view: Words, index: number, rank: number, reason: number) => boolean
/** Breaks it unless `generation` has been released meanwhile. */
export const barrierBreakGeneration = native.barrierBreakGeneration as BreakGeneration
export const barrierReset = native.barrierReset as (view: Words, index: number) => void
export const barrierDetach = native.barrierDetach as (view: Words, index: number) => void
