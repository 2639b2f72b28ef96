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

/** A set of semaphores, which the system keeps: it travels by its id. */
export abstract class SyncSet {
  /** What others attach to it by. */
  readonly id: number

  protected constructor(id: number) {
    this.id = id
  }
}

/** How long a wait may take. */
export interface WaitOptions {
  /** Longest wait in milliseconds; without it, for ever. */
  timeoutMs?: number
}

/** How long a wait may take, and what ends it. */
export interface WaitAsyncOptions extends WaitOptions {
  signal?: AbortSignal
}
