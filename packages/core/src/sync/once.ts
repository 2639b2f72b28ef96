import { checkFunction } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import { Mutex } from './mutex.js'
import type { SharedWords } from './place.js'
import { refusePromise } from './refuse-promise.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutOf } from './waiting.js'
import { checkWaiting } from './waiting-async.js'

const mutexOffset = 16
const byteLength = 64 + Mutex.byteLength

const layout: Layout<void> = {
  name: 'Once',
  magic: magicOf('ONC'),
  byteLength: () => byteLength,
  byteLengthAt: () => byteLength,
  initialise: (view, index) => {
    Mutex.openOrCreate(view, index + mutexOffset)
  },
  matches: () => true,
}

/**
 * Something that is done once among all threads and processes.
 * @example
 * const filled = Once.create()
 * await pool.broadcast((filled, table) => filled.run(() => void table.fill(1)), filled, table)
 */
export class Once extends SyncObject {
  /** Room in shared memory. */
  static readonly byteLength = byteLength

  readonly #done: number
  readonly #mutex: Mutex

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#done = index + headerWords
    this.#mutex = Mutex.attach(view, index + mutexOffset)
  }

  /** In memory of its own, or at `view[index]` over whatever was there. */
  static create(): Once
  static create(view: SharedWords, index: number): Once
  static create(...at: [] | [SharedWords, number]): Once {
    return new Once(...createAt(layout, at as At, undefined))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is none at `view[index]`. */
  static attach(view: SharedWords, index = 0): Once {
    attachAt(layout, view, index)
    return new Once(view, index)
  }

  /** The one at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number): Once {
    openOrCreateAt(layout, view, index, undefined)
    return new Once(view, index)
  }

  get done(): boolean {
    return Atomics.load(this.view, this.#done) !== 0
  }

  /**
   * Runs `fn` unless it has been run, and returns when it has; true for the one that ran it. When `fn` throws, or its thread dies, the
   * next caller runs it again.
   *
   * @throws TypeError when `fn` is asynchronous; ShoalError `SHOAL_MUTEX_TIMEOUT` when another thread is still running it.
   */
  run(fn: () => void, options?: WaitOptions): boolean {
    checkFunction('fn', fn)
    timeoutOf(options)
    if (this.done) return false
    const lock = this.#mutex.lock(options)
    try {
      if (this.done) return false
      refusePromise(fn(), 'fn (runAsync waits for it)')
      Atomics.store(this.view, this.#done, 1)
      return true
    } finally {
      lock.unlock()
    }
  }

  /**
   * The same without blocking the event loop; `fn` may take its time.
   *
   * @throws ShoalError `SHOAL_MUTEX_TIMEOUT`, or the signal's reason, while another thread is still running it.
   */
  async runAsync(fn: () => void | Promise<void>, options: WaitAsyncOptions = {}): Promise<boolean> {
    checkFunction('fn', fn)
    checkWaiting(options)
    if (this.done) return false
    const lock = await this.#mutex.lockAsync(options)
    try {
      if (this.done) return false
      await fn()
      Atomics.store(this.view, this.#done, 1)
      return true
    } finally {
      lock.unlock()
    }
  }
}
