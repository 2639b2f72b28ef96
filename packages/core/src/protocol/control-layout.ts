import {
  AFTER_BARRIER,
  LINE,
  LOOP_WORDS,
  MAX_RUNS,
  MAX_SLOTS,
  RANK_WORDS,
  SCRATCH_BYTES,
  SEAT_WORDS,
  Shared,
  SLOT_FIXED,
  SPARE_ENTRIES,
} from './words.js'

/** Room for a region's arguments and results; memory only where it is touched. */
const LOG_BYTES = 64 * 1024 * 1024

/**
 * Where everything is in the control segment of a pool of `size` ranks. Both sides compute it from the size alone.
 *
 *     header │ rank 0 … rank n−1 │ region slot 0 … m−1 │ log 0 … m−1 │ scratch of seat 0 … n−1 in slot 0 … m−1
 */
export class ControlLayout {
  readonly size: number
  readonly slots: number
  readonly entries: number
  readonly byteLength: number
  readonly logBytes = LOG_BYTES
  readonly #seatsBase: number
  readonly #phaseBase: number
  readonly #slotWords: number
  readonly #slotBase: number
  readonly #logBase: number
  readonly #scratchBase: number

  constructor(size: number) {
    this.size = size
    this.slots = Math.min(size + 1, MAX_SLOTS)
    this.entries = size + SPARE_ENTRIES
    this.#seatsBase = SLOT_FIXED + size * LINE + this.entries * (LINE + 2 * MAX_RUNS)
    this.#phaseBase = this.#seatsBase + size * SEAT_WORDS
    this.#slotWords = this.#phaseBase + Math.ceil((1 + this.entries) / LINE) * LINE
    this.#slotBase = 2 * LINE + size * RANK_WORDS
    const words = this.#slotBase + this.slots * this.#slotWords
    this.#logBase = Math.ceil((words * 4) / 4096) * 4096
    this.#scratchBase = this.#logBase + this.slots * LOG_BYTES
    this.byteLength = this.#scratchBase + this.slots * size * 2 * SCRATCH_BYTES
  }

  rank(rank: number): number {
    return 2 * LINE + rank * RANK_WORDS
  }

  slot(slot: number): number {
    return this.#slotBase + slot * this.#slotWords
  }

  /** The claim counter of a stretch, on a line of its own. */
  counter(slot: number, stretch: number): number {
    return this.slot(slot) + SLOT_FIXED + stretch * LINE
  }

  entry(slot: number, entry: number): number {
    return this.slot(slot) + SLOT_FIXED + (this.size + entry) * LINE
  }

  /** The runs that an entry has claimed: pairs of first chunk and end. */
  runs(slot: number, entry: number): number {
    return this.slot(slot) + SLOT_FIXED + (this.size + this.entries) * LINE + entry * 2 * MAX_RUNS
  }

  collectives(slot: number): number {
    return this.slot(slot) + AFTER_BARRIER
  }

  /** What a seat publishes in steps of even (0) or odd (1) number. */
  seat(slot: number, seat: number, parity: number): number {
    return this.slot(slot) + this.#seatsBase + seat * SEAT_WORDS + parity * LINE
  }

  seatLoops(slot: number, seat: number): number {
    return this.seat(slot, seat, 2)
  }

  /**
   * Who may complete the region (see `Phase`), and the presences behind it: all that ranks write when they leave is side by side, so that the
   * last one out finds the others on the line that it has anyway. Nobody waits on it: a store takes several times as long while others look.
   */
  phase(slot: number): number {
    return this.slot(slot) + this.#phaseBase
  }

  /** Whether an entry's rank is inside: see `Presence`. Those of all entries are neighbours. */
  presence(slot: number, entry: number): number {
    return this.phase(slot) + 1 + entry
  }

  /** In bytes. */
  scratchOffset(slot: number, seat: number, parity: number): number {
    return this.#scratchBase + ((slot * this.size + seat) * 2 + parity) * SCRATCH_BYTES
  }

  loop(slot: number, entry: number): number {
    return this.collectives(slot) + Shared.loops + entry * LOOP_WORDS
  }

  logOffset(slot: number): number {
    return this.#logBase + slot * LOG_BYTES
  }
}
