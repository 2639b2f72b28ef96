import { futexWake, waitWhile } from '@shoal/native'
import { Shared } from '../../protocol/index.js'
import { refusePromise } from '../refuse-promise.js'
import type { Region } from '../region.js'
import type { Exchange } from './exchange.js'
import { nestedError } from './nested-error.js'

const FREE = 0
const HELD = 1
const AWAITED = 2
const SPIN_NS = 5_000
const SLICE_MS = 50
const NAME = 'exclusive()'

/**
 * What `exclusive` runs under: one lock a region. It need not be robust, as a `Mutex` is: a rank that dies with it ends the region, which
 * those who wait see between their slices, and the next region begins with a free one.
 *
 * Memory ordering: taking it (compare-exchange, exchange) acquires what the last holder wrote; letting go (exchange) releases.
 */
export class CriticalSection {
  readonly #exchange: Exchange
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #word: number
  #isHeld = false

  constructor(region: Region, exchange: Exchange) {
    this.#exchange = exchange
    this.#words = region.words
    this.#word = region.useShared() + Shared.lock
  }

  run<T>(fn: () => T): T {
    if (this.#isHeld) throw nestedError(NAME, NAME)
    this.#lock()
    this.#isHeld = true
    try {
      return refusePromise(this.#exchange.within(NAME, fn))
    } finally {
      this.#isHeld = false
      if (Atomics.exchange(this.#words, this.#word, FREE) === AWAITED) futexWake(this.#words, this.#word, 1)
    }
  }

  #lock(): void {
    this.#exchange.throwIfAborted(NAME)
    if (Atomics.compareExchange(this.#words, this.#word, FREE, HELD) === FREE) return
    // Whoever has waited can not know whether others still do: it holds the lock as one that is waited for.
    while (Atomics.exchange(this.#words, this.#word, AWAITED) !== FREE) {
      this.#exchange.throwIfHopeless(NAME)
      waitWhile(this.#words, this.#word, AWAITED, SPIN_NS, SLICE_MS)
    }
  }
}
