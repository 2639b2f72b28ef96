import { futexWake, waitWhile } from '@shoal/native'
import { expectedRange } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import type { SharedWords } from './place.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutError } from './timeout-error.js'
import { block, spinNsFor, timeoutOf } from './waiting.js'
import { retry } from './waiting-async.js'

/** How a latch begins. */
export interface LatchOptions {
  /** How often it has to be counted down, 0 to 2147483647. */
  count: number
}

/** Set in the count's word of a latch that has been made, so that an open one is not zeros. */
const made = 0x80000000 | 0
const most = 0x7fffffff
const byteLength = 64

const layout: Layout<LatchOptions> = {
  name: 'Latch',
  magic: magicOf('LAT'),
  byteLength({ count }) {
    if (!Number.isInteger(count) || count < 0 || count > most) throw expectedRange('count', `an integer from 0 to ${most}`, count)
    return byteLength
  },
  byteLengthAt: () => byteLength,
  initialise(view, index, { count }) {
    Atomics.compareExchange(view, index + headerWords, 0, made + count)
  },
  matches: () => true,
}

/**
 * A door that opens once, when it has been counted down to 0, and stays open.
 * @example
 * const loaded = Latch.create({ count: pool.size })
 * void pool.broadcast((loaded) => loaded.countDown(), loaded)
 * await loaded.waitAsync()
 */
export class Latch extends SyncObject {
  /** Room in shared memory. */
  static readonly byteLength = byteLength

  readonly #words: number
  readonly #spinNs = spinNsFor(2)

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
  }

  /** A latch in memory of its own, or at `view[index]` over whatever was there. */
  static create(options: LatchOptions): Latch
  static create(view: SharedWords, index: number, options: LatchOptions): Latch
  static create(...args: [LatchOptions] | [SharedWords, number, LatchOptions]): Latch {
    const options = args.at(-1) as LatchOptions
    return new Latch(...createAt(layout, args.slice(0, -1) as unknown as At, options))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is no latch at `view[index]`. */
  static attach(view: SharedWords, index = 0): Latch {
    attachAt(layout, view, index)
    return new Latch(view, index)
  }

  /** The latch at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number, options: LatchOptions): Latch {
    openOrCreateAt(layout, view, index, options)
    return new Latch(view, index)
  }

  /** How often it still has to be counted down. */
  get count(): number {
    return Atomics.load(this.view, this.#words) & most
  }

  /** Counts down; the one who reaches 0 wakes all who wait. Further calls change nothing. */
  countDown(n = 1): void {
    if (!Number.isInteger(n) || n < 1) throw expectedRange('n', 'an integer from 1 on', n)
    for (;;) {
      const word = Atomics.load(this.view, this.#words)
      const left = Math.max(0, (word & most) - n)
      if (word === made) return
      if (Atomics.compareExchange(this.view, this.#words, word, made + left) !== word) continue
      if (left === 0 && Atomics.load(this.view, this.#words + 1) !== 0) futexWake(this.view, this.#words, most)
      return
    }
  }

  /**
   * Waits until the count is 0.
   *
   * @throws ShoalError `SHOAL_LATCH_TIMEOUT`.
   */
  wait(options?: WaitOptions): void {
    const timeoutMs = timeoutOf(options)
    if (this.count === 0) return
    let spinNs = this.#spinNs
    const attempt = (slice: number): true | undefined => {
      Atomics.add(this.view, this.#words + 1, 1)
      const word = Atomics.load(this.view, this.#words)
      if (word !== made) waitWhile(this.view, this.#words, word, spinNs, slice)
      Atomics.sub(this.view, this.#words + 1, 1)
      spinNs = 0
      return this.count === 0 || undefined
    }
    block(attempt, timeoutMs, () => timeoutError('Latch', timeoutMs))
  }

  /**
   * Waits without blocking the event loop.
   *
   * @throws ShoalError `SHOAL_LATCH_TIMEOUT`, or the signal's reason.
   */
  async waitAsync(options?: WaitAsyncOptions): Promise<void> {
    const expected = () => Atomics.load(this.view, this.#words)
    const place = { view: this.view, index: this.#words, sleepers: this.#words + 1, expected }
    await retry(
      () => this.count === 0 || undefined,
      place,
      () => timeoutError('Latch', options?.timeoutMs),
      options,
    )
  }
}
