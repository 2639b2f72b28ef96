import { futexWake, waitWhile } from '@shoal/native'
import { Shared } from '../../protocol/index.js'
import type { Region } from '../region.js'

const FREE = 0
const HELD = 1
const AWAITED = 2
const SPIN_NS = 5_000
const SLICE_MS = 50

/**
 * The lock of `exclusive`, one a region. It needs no owner: a rank that dies with it ends the region, which those who wait see in their
 * guard, and the next region begins with a free one.
 *
 * Memory ordering: taking it (compare-exchange, exchange) acquires what the last holder wrote; letting go (exchange) releases.
 */
export class CriticalSection {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #word: number

  constructor(region: Region) {
    this.#words = region.words
    this.#word = region.member.control.layout.collectives(region.slot) + Shared.lock
  }

  /** `guard` is called before each slice of waiting, and may throw. */
  enter(guard: () => void): void {
    guard()
    if (Atomics.compareExchange(this.#words, this.#word, FREE, HELD) === FREE) return
    // Whoever has waited can not know whether others still do: it holds the lock as one that is waited for.
    while (Atomics.exchange(this.#words, this.#word, AWAITED) !== FREE) {
      guard()
      waitWhile(this.#words, this.#word, AWAITED, SPIN_NS, SLICE_MS)
    }
  }

  leave(): void {
    if (Atomics.exchange(this.#words, this.#word, FREE) === AWAITED) futexWake(this.#words, this.#word, 1)
  }
}
