import type { KernelReference } from './kernel-reference.js'

/** One call of a kernel on one worker: `run`, `broadcast`, `setup`. */
export interface TaskCall {
  readonly kernel: KernelReference
  readonly args: TaskArgs
  /** Threads only: buffers that change hands. */
  readonly transfer: readonly ArrayBuffer[]
  /** The result stays with the worker, as its `local`. */
  readonly isSetup?: boolean
}

/** Packed, or as they are, for the structured clone of threads: with transferred buffers, or plain shared ones. */
export type TaskArgs = { readonly packed: Uint8Array } | { readonly cloned: unknown; readonly segmentIds: readonly string[] }

export type TaskResult =
  | { readonly packed: Uint8Array }
  /** A fresh buffer, which is transferred, or a primitive value. */
  | { readonly fresh: unknown }
  | { readonly thrown: Uint8Array }

/** Values that structured clone takes as they are: they need no packing. Not symbols, which it refuses. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
}
