import { ShoalError } from '../../errors/index.js'
import { SeatLoops } from '../../protocol/index.js'
import type { Region } from '../region.js'

/**
 * How many loops of `chunks` each rank has behind it, for those who wait for it to end one: a rank that waits in a step which the others
 * have not taken, or has returned, ends no further loop.
 *
 * Memory ordering: a rank stores `sequence`, or `returned`, last, so that what is read after it belongs to this region.
 */
export class LoopProgress {
  /** Loops that this rank has begun, and ended. At a step all ranks have begun the same. */
  begun = 0
  ended = 0
  /** Whether this rank has returned. The words that it was given are another region's from then on. */
  isOver = false
  readonly #region: Region
  readonly #words: Int32Array<SharedArrayBuffer>

  constructor(region: Region) {
    this.#region = region
    this.#words = region.words
  }

  /** Says that this rank is to be found in `step` from now on. */
  report(step: number): void {
    const line = this.#lineOf(this.#region.seat)
    Atomics.store(this.#words, line + SeatLoops.ended, this.ended)
    Atomics.store(this.#words, line + SeatLoops.step, step | 0)
    Atomics.store(this.#words, line + SeatLoops.sequence, this.#region.sequence)
  }

  /** Says that this rank has returned. */
  leave(): void {
    this.isOver = true
    const line = this.#lineOf(this.#region.seat)
    this.#words[line + SeatLoops.ended] = this.ended
    Atomics.store(this.#words, line + SeatLoops.returned, this.#region.sequence)
  }

  /** For what a kernel may have kept: it would write into the words of whatever region comes next. */
  checkInside(): void {
    if (this.isOver) throw new ShoalError('SHOAL_REGION_OVER', 'A context was used after its kernel had returned: each region has its own')
  }

  /** A rank that will never end `loop`, by what it has said, while this rank has passed `step` only; −1 if all may. */
  whoNeverEnds(loop: number, step: number): number {
    for (let seat = 0; seat < this.#region.width; seat++) {
      const isPast = this.hasReturned(seat) || this.#isAhead(seat, step)
      if (isPast && Atomics.load(this.#words, this.#lineOf(seat) + SeatLoops.ended) <= loop) return seat
    }
    return -1
  }

  /** A rank that has returned; −1 while none has. */
  whoHasReturned(): number {
    for (let seat = 0; seat < this.#region.width; seat++) {
      if (this.hasReturned(seat)) return seat
    }
    return -1
  }

  hasReturned(seat: number): boolean {
    return Atomics.load(this.#words, this.#lineOf(seat) + SeatLoops.returned) === this.#region.sequence
  }

  /** Whether the rank waits in a step after `step`, and has said so. */
  #isAhead(seat: number, step: number): boolean {
    const line = this.#lineOf(seat)
    if (Atomics.load(this.#words, line + SeatLoops.sequence) !== this.#region.sequence) return false
    return ((Atomics.load(this.#words, line + SeatLoops.step) - step) | 0) > 0
  }

  #lineOf(seat: number): number {
    return this.#region.member.control.layout.seatLoops(this.#region.slot, seat)
  }
}
