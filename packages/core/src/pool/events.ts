import { channel } from 'node:diagnostics_channel'
import type { Backend } from './options.js'

/**
 * What a message on `shoal:region:start`, `shoal:region:end` or `shoal:region:error` says. All messages of one region are the same object,
 * which gains properties on its way: a WeakMap can hold what a subscriber knows of it.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel'
 * subscribe('shoal:region:end', (message) => {
 *   const { kind, kernel, elapsedMs } = message as RegionEvent
 *   console.log(`${kind} ${kernel}: ${elapsedMs} ms`)
 * })
 */
export interface RegionEvent {
  /** The pool's name. */
  readonly pool: string
  readonly kind: 'forChunks' | 'foldChunks' | 'forEach' | 'map' | 'reduce' | 'spmd'
  /** Name of the kernel, and where it was given to a pool. */
  readonly kernel: string
  readonly width: number
  /** How many chunks there are, and what they cover: elements, or bytes of files. 0 in `spmd`. */
  readonly chunks: number
  readonly total: number
  /** At the end: how long it has waited for workers, and how long it took after that. */
  readonly waitMs?: number
  readonly elapsedMs?: number
  /** At the end: how often work of dead workers was taken over. */
  readonly retries?: number
  /** On `shoal:region:error`: what the call rejects with. */
  readonly error?: unknown
}

/** What a message on `shoal:task:start`, `shoal:task:end` or `shoal:task:error` says: one object a task, as with regions. */
export interface TaskEvent {
  readonly pool: string
  readonly kernel: string
  /** At the end: the worker that has run it; undefined if none has. */
  readonly rank?: number | undefined
  readonly waitMs?: number
  readonly elapsedMs?: number
  readonly error?: unknown
}

/** What a message on `shoal:worker:start` or `shoal:worker:exit` says. */
export interface WorkerEvent {
  readonly pool: string
  readonly rank: number
  readonly backend: Backend
  /** On `shoal:worker:exit`: how it has ended, such as `was killed by SIGKILL`, and whether the pool has ended it. */
  readonly how?: string
  readonly isExpected?: boolean
}

export const workerChannels = { start: channel('shoal:worker:start'), exit: channel('shoal:worker:exit') }

function callChannels(what: 'region' | 'task') {
  return { start: channel(`shoal:${what}:start`), end: channel(`shoal:${what}:end`), error: channel(`shoal:${what}:error`) }
}

export const regionChannels = callChannels('region')
export const taskChannels = callChannels('task')
