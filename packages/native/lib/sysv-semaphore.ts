import { part } from './binding.js'

const native = part('sysv-semaphore')

/** What the kernel knows of a set of System V semaphores. */
export interface SemaphoreSetStat {
  readonly count: number
  /** Seconds since 1970; 0: no operation yet. */
  readonly operationTime: number
  readonly changeTime: number
  readonly creatorUid: number
  readonly mode: number
  readonly key: number
}

/** Flags of one operation of `operateSemaphores`. */
export const semaphoreFlags = { noWait: 0o4000, undo: 0x1000 } as const

type OperateUntilEnd = (id: number, operations: Int16Array, reversal: Int16Array) => (() => void) | undefined

/** `semget`: the id of a set; key 0 makes a private one. Flags as in `sysvFlags`. */
export const getSemaphoreSet = native.getSemaphoreSet as (key: number, count: number, flags: number) => number
export const statSemaphoreSet = native.statSemaphoreSet as (id: number) => SemaphoreSetStat
export const removeSemaphoreSet = native.removeSemaphoreSet as (id: number) => void
/** All values at once, as many as the set has. */
export const setSemaphores = native.setSemaphores as (id: number, values: readonly number[]) => void
export const semaphoreValue = native.semaphoreValue as (id: number, index: number) => number
/** `semtimedop` of triples (index, change, flags): all of them or, after one slice of at most 50 ms, none: false. */
export const operateSemaphores = native.operateSemaphores as (id: number, operations: Int16Array, timeoutMs: number) => boolean
/**
 * The same without waiting, and `reversal` when the calling thread's environment ends, however it ends. undefined where it would have to
 * wait, else a function, to be called once at most, that takes the order for the reversal back.
 */
export const operateUntilEnd = native.operateUntilEnd as OperateUntilEnd
