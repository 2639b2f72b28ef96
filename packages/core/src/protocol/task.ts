/** Values that structured clone takes as they are: they need no packing. Not symbols, which it refuses. */
export type Primitive = null | undefined | boolean | number | bigint | string

export function isPrimitive(value: unknown): value is Primitive {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
}

/**
 * One call of a kernel on one worker: `run`, `broadcast`, `setup`. It is sent as it is, in a form that says no more than it must: to clone a few
 * objects more takes as long as all else that this library does for a small task.
 */
export type TaskCall = PlainCall | PreparedCall

/** The kernel's id, see `KernelReference`, and its arguments, all primitive. */
export type PlainCall = readonly [kernel: number, ...args: Primitive[]]

export interface PreparedCall {
  readonly kernel: number
  /** Packed, or as they are, for structured clone: primitives, and for threads with transferred buffers or plain shared ones. */
  readonly args: Uint8Array | readonly unknown[]
  /** Of the segments that arguments which are not packed refer to. */
  readonly segmentIds?: readonly string[]
  /** The result stays with the worker, as its `local`. */
  readonly isSetup?: true
}

export function isPlainCall(call: object): call is PlainCall {
  return Array.isArray(call)
}

/** A primitive is itself. */
export type TaskResult =
  | Primitive
  | { readonly packed: Uint8Array }
  /** Of a thread: a buffer, or a view over all of one. */
  | { readonly fresh: unknown }
  | { readonly thrown: Uint8Array }
