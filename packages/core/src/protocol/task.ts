/**
 * One call of a kernel on one worker: `run`, `broadcast`, `setup`. It is sent as it is, so it is flat and has no member that says nothing: to
 * clone a few objects more takes as long as all else that this library does for a small task.
 */
export interface TaskCall {
  readonly type: 'run'
  /** Its id, see `KernelReference`. */
  readonly kernel: number
  /** Packed, or as they are, for structured clone: primitives, and for threads with transferred buffers or plain shared ones. */
  readonly args: Uint8Array | readonly unknown[]
  /** Of the segments that arguments which are not packed refer to. */
  readonly segmentIds?: readonly string[]
  /** The result stays with the worker, as its `local`. */
  readonly isSetup?: true
}

export type TaskResult =
  | { readonly packed: Uint8Array }
  /** A primitive value; of a thread also a buffer, or a view over all of one. */
  | { readonly fresh: unknown }
  | { readonly thrown: Uint8Array }

/** Values that structured clone takes as they are: they need no packing. Not symbols, which it refuses. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
}
