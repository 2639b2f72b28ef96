import type { SharedWords } from './place.js'

/** Whatever lives at a place in shared memory and travels in the arguments of kernels by reference. */
export abstract class SyncObject {
  readonly view: SharedWords
  readonly index: number

  protected constructor(view: SharedWords, index: number) {
    this.view = view
    this.index = index
  }
}

export interface WaitOptions {
  /** Longest wait in milliseconds; without it, for ever. */
  timeoutMs?: number
}

export interface WaitAsyncOptions extends WaitOptions {
  signal?: AbortSignal
}
