import { Claim, type Control, Rank, Slot } from '../protocol/index.js'
import { claimLength, stretchStart } from '../schedule/index.js'

/**
 * Claims runs of consecutive chunks for one rank in one region: from its own stretch first, then from whichever has most left.
 * A claim is one `Atomics.add`. The rank's line says `claiming` before the add and holds the run after it, so that after a death every
 * chunk below a counter is either in somebody's line or was never begun.
 */
export class Claims {
  start = 0
  end = 0
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #line: number
  readonly #width: number
  readonly #count: number
  readonly #counters: readonly number[]
  #stretch: number
  #nsPerChunk = 0
  #claimedAt = 0

  constructor(control: Control, slot: number, rank: number) {
    const { words, layout } = control
    this.#words = words
    this.#line = layout.rank(rank)
    this.#width = words[layout.slot(slot) + Slot.width]!
    this.#count = words[layout.slot(slot) + Slot.chunkCount]!
    this.#counters = Array.from({ length: this.#width }, (_, stretch) => layout.counter(slot, stretch))
    this.#stretch = rank % this.#width
  }

  /** False when no chunk is left anywhere. Otherwise `[start, end)` is this rank's. */
  next(): boolean {
    const words = this.#words
    const line = this.#line
    this.#measure()
    for (;;) {
      const counter = this.#counters[this.#stretch]!
      const limit = stretchStart(this.#count, this.#width, this.#stretch + 1)
      const left = limit - Atomics.load(words, counter)
      if (left > 0) {
        const length = claimLength(this.#nsPerChunk, left, this.#width)
        Atomics.store(words, line + Rank.claimState, Claim.claiming)
        const start = Atomics.add(words, counter, length)
        if (start < limit) {
          this.start = start
          this.end = Math.min(start + length, limit)
          words[line + Rank.claimStart] = start
          words[line + Rank.claimEnd] = this.end
          Atomics.store(words, line + Rank.claimState, Claim.held)
          return true
        }
      }
      const richest = this.#richest()
      if (richest === -1) {
        Atomics.store(words, line + Rank.claimState, Claim.none)
        return false
      }
      this.#stretch = richest
    }
  }

  #richest(): number {
    let best = -1
    let most = 0
    for (let stretch = 0; stretch < this.#width; stretch++) {
      const left = stretchStart(this.#count, this.#width, stretch + 1) - Atomics.load(this.#words, this.#counters[stretch]!)
      if (left > most) {
        most = left
        best = stretch
      }
    }
    return best
  }

  #measure(): void {
    const now = performance.now()
    const chunks = this.end - this.start
    // The first claim is one chunk's guess: nothing has been measured, and a chunk may be seconds of work.
    this.#nsPerChunk = chunks === 0 ? Number.POSITIVE_INFINITY : ((now - this.#claimedAt) * 1e6) / chunks
    this.#claimedAt = now
  }
}
