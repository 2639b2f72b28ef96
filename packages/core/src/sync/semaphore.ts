import { semaphoreAcquireAt, semaphoreInitialise, semaphoreReleaseAt } from '@shoal/native'
import { expectedRange } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import type { SharedWords } from './place.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutError } from './timeout-error.js'
import { block, deadlineOf, leftMs, sliceMs, spinNsFor, timeoutOf } from './waiting.js'
import { retry } from './waiting-async.js'

/** How a semaphore begins. */
export interface SemaphoreOptions {
  /** How many there are at first, 0 to 2147483647. */
  permits: number
}

const mostPermits = 0x7fffffff
/** No permits, in the word of a semaphore that has been made: 0 is none. */
const made = 0x80000000 | 0
const byteLength = 64

const layout: Layout<SemaphoreOptions> = {
  name: 'Semaphore',
  magic: magicOf('SEM'),
  byteLength({ permits }) {
    checkPermits('permits', permits, 0)
    return byteLength
  },
  byteLengthAt: () => byteLength,
  initialise: (view, index, { permits }) => semaphoreInitialise(view, index + headerWords, permits),
  // How many there were at first is not kept: the number that is left says nothing about it.
  matches: () => true,
}

/**
 * Counts permits: {@link Semaphore.acquire} takes some, {@link Semaphore.release} gives some, in any thread or process.
 * Permits that a thread holds are lost when it dies: for those see `SysvSemaphore` with `undo`, or {@link Mutex}.
 * @example
 * const connections = Semaphore.create({ permits: 2 })
 * await pool.broadcast((connections) => {
 *   connections.acquire()
 *   try { … } finally { connections.release() }
 * }, connections)
 */
export class Semaphore extends SyncObject {
  /** Room in shared memory. */
  static readonly byteLength = byteLength

  readonly #words: number
  readonly #acquire: (count: number, spinNs: number, timeoutMs: number) => boolean
  readonly #release: (count: number) => boolean
  readonly #spinNs = spinNsFor(2)

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
    this.#acquire = semaphoreAcquireAt(view, this.#words)
    this.#release = semaphoreReleaseAt(view, this.#words)
  }

  /** A semaphore in memory of its own, or at `view[index]` over whatever was there. */
  static create(options: SemaphoreOptions): Semaphore
  static create(view: SharedWords, index: number, options: SemaphoreOptions): Semaphore
  static create(...args: [SemaphoreOptions] | [SharedWords, number, SemaphoreOptions]): Semaphore {
    const options = args.at(-1) as SemaphoreOptions
    return new Semaphore(...createAt(layout, args.slice(0, -1) as unknown as At, options))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is no semaphore at `view[index]`. */
  static attach(view: SharedWords, index = 0): Semaphore {
    attachAt(layout, view, index)
    return new Semaphore(view, index)
  }

  /** The semaphore at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number, options: SemaphoreOptions): Semaphore {
    openOrCreateAt(layout, view, index, options)
    return new Semaphore(view, index)
  }

  /** How many permits there are at this moment. */
  get permits(): number {
    return Atomics.load(this.view, this.#words) & mostPermits
  }

  /**
   * Takes `count` permits, all or none, and waits until there are as many. No order among those who wait.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_TIMEOUT`.
   */
  acquire(count = 1, options?: WaitOptions): void {
    checkPermits('count', count, 1)
    const timeoutMs = timeoutOf(options)
    const deadline = deadlineOf(timeoutMs)
    if (this.#acquire(count, this.#spinNs, Math.min(timeoutMs, sliceMs))) return
    const attempt = (slice: number) => this.#acquire(count, 0, slice) || undefined
    block(attempt, leftMs(deadline), () => timeoutError('Semaphore', timeoutMs))
  }

  /** Takes `count` permits if there are as many. */
  tryAcquire(count = 1): boolean {
    checkPermits('count', count, 1)
    return this.#acquire(count, 0, 0)
  }

  /**
   * Acquires without blocking the event loop.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_TIMEOUT`, or the signal's reason; no permits are taken then.
   */
  async acquireAsync(count = 1, options?: WaitAsyncOptions): Promise<void> {
    checkPermits('count', count, 1)
    // Never a value that is enough: it may have been less in between, for the attempt, and who made it more has woken nobody.
    const expected = () => Math.min(Atomics.load(this.view, this.#words), made + count - 1)
    const place = { view: this.view, index: this.#words, sleepers: this.#words + 1, expected }
    const greedy = this.#words + 2
    if (count > 1) Atomics.add(this.view, greedy, 1)
    try {
      await retry(
        () => this.tryAcquire(count) || undefined,
        place,
        () => timeoutError('Semaphore', options?.timeoutMs),
        options,
      )
    } finally {
      if (count > 1) Atomics.sub(this.view, greedy, 1)
    }
  }

  /**
   * Gives `count` permits and wakes who waits for them.
   *
   * @throws RangeError when there would be more than 2147483647.
   */
  release(count = 1): void {
    checkPermits('count', count, 1)
    if (!this.#release(count)) {
      throw expectedRange('count', `at most ${mostPermits} permits in all, with ${this.permits} there`, count)
    }
  }
}

function checkPermits(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > mostPermits) {
    throw expectedRange(name, `an integer from ${least} to ${mostPermits}`, value)
  }
}
