import { Shared } from '../../protocol/index.js'
import type { Region } from '../region.js'

const SEAT_BITS = 12

/** Elects the rank that runs the function of each `single`: the first to come. */
export class Runner {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #word: number
  readonly #seat: number
  #count = 0

  constructor(region: Region) {
    this.#words = region.words
    this.#word = region.useShared() + Shared.single
    this.#seat = region.seat
  }

  /**
   * The seat that runs this one. The word holds the number of the last `single` and its seat; nobody begins the next before all have passed
   * this one's barrier, so the number is this one's or the one before.
   */
  elect(): number {
    this.#count = (this.#count + 1) & (2 ** (32 - SEAT_BITS) - 1)
    const before = Atomics.load(this.#words, this.#word)
    if (before >>> SEAT_BITS === this.#count) return before & (2 ** SEAT_BITS - 1)
    const elected = (this.#count << SEAT_BITS) | this.#seat
    const found = Atomics.compareExchange(this.#words, this.#word, before, elected)
    return found === before ? this.#seat : found & (2 ** SEAT_BITS - 1)
  }
}
