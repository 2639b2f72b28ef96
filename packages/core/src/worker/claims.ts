import { Claim, type Control, Entry, MAX_RUNS, RetryMode, Slot } from '../protocol/index.js'
import { claimLength, stretchStart } from '../schedule/index.js'
import { now } from '../sync/index.js'
import { failPoint } from './fail-point.js'

/** From so many runs on claims get longer: no record gets more than half full by claims, and the rest is for what the dead leave. */
const MANY_RUNS = MAX_RUNS / 4
/** What a counter can say: each rank may add a claim to one that is at its end. */
const MAX_COUNTER = 2 ** 31 - 1

/**
 * Claims runs of consecutive chunks for one entry of a region: from its own stretch first, then from whichever has most left, then what dead
 * entries had begun. A claim is one `Atomics.add`. The entry says `claiming` before the add and records the run after it, so that after a
 * death every chunk below a counter is either in somebody's record or was never begun.
 */
export class Claims {
  start = 0
  end = 0
  readonly #control: Control
  readonly #slot: number
  readonly #base: number
  readonly #line: number
  readonly #runs: number
  readonly #width: number
  readonly #count: number
  readonly #counters: readonly number[]
  readonly #retry: boolean
  #stretch: number
  readonly #clock: () => number
  #nsPerChunk = 0
  #claimedAt = 0

  /** `clock` says milliseconds: claims are as long as chunks have taken. */
  constructor(control: Control, slot: number, entry: number, clock = now) {
    const { words, layout } = control
    this.#clock = clock
    this.#control = control
    this.#slot = slot
    this.#base = layout.slot(slot)
    this.#line = layout.entry(slot, entry)
    this.#runs = layout.runs(slot, entry)
    this.#width = words[this.#base + Slot.width]!
    this.#count = words[this.#base + Slot.chunkCount]!
    this.#retry = words[this.#base + Slot.retry] !== RetryMode.never
    this.#counters = Array.from({ length: this.#width }, (_, stretch) => layout.counter(slot, stretch))
    this.#stretch = entry % this.#width
  }

  /** False when no chunk is left anywhere. Otherwise `[start, end)` is this entry's. */
  next(): boolean {
    this.#measure()
    const { words } = this.#control
    do {
      if (this.#claimFrom(this.#stretch)) return true
      this.#stretch = this.#richest()
    } while (this.#stretch !== -1)
    this.#stretch = 0
    const found = this.#retry && this.#claimFromDead()
    if (!found) Atomics.store(words, this.#line + Entry.claimState, Claim.none)
    return found
  }

  /** The same for chunks that are known to be nobody's. */
  take(start: number, end: number): void {
    this.#hold(start, end)
  }

  /** Says that nobody has to work on the last run again. Neighbouring runs become one, so that the record stays short. */
  commit(): void {
    const { words } = this.#control
    const line = this.#line
    const count = words[line + Entry.runCount]!
    const run = this.#runs + 2 * (count - 1)
    // A death between the two stores leaves the run recorded twice, and to be worked on again unless a preimage says that it is finished:
    // which is right for what can be retried.
    if (count >= 2 && words[run - 1] === words[run]) {
      Atomics.store(words, run - 1, words[run + 1]!)
      failPoint?.('merging')
      Atomics.store(words, line + Entry.runCount, count - 1)
    } else {
      Atomics.store(words, line + Entry.committedRuns, count)
    }
    failPoint?.('committed')
  }

  #claimFrom(stretch: number): boolean {
    const { words } = this.#control
    const counter = this.#counters[stretch]!
    const limit = stretchStart(this.#count, this.#width, stretch + 1)
    const left = this.#left(stretch)
    if (left <= 0) return false
    const length = Math.max(claimLength(this.#nsPerChunk, left, this.#count, this.#width), this.#leastLength())
    Atomics.store(words, this.#line + Entry.claimState, Claim.claiming)
    failPoint?.('claiming')
    const start = Atomics.add(words, counter, length)
    if (start >= limit) return false
    failPoint?.('claimed')
    this.#hold(start, Math.min(start + length, limit))
    return true
  }

  #claimFromDead(): boolean {
    const { words, layout } = this.#control
    const entries = Atomics.load(words, this.#base + Slot.entries)
    for (let entry = 0; entry < entries; entry++) {
      const dead = layout.entry(this.#slot, entry)
      if (Atomics.load(words, dead + Entry.isVoid) === 0 || words[dead + Entry.redoNext]! >= words[dead + Entry.runCount]!) continue
      Atomics.store(words, this.#line + Entry.claimState, Claim.claiming)
      const run = Atomics.add(words, dead + Entry.redoNext, 1)
      if (run >= words[dead + Entry.runCount]!) continue
      failPoint?.('redoing')
      const at = layout.runs(this.#slot, entry) + 2 * run
      this.#hold(words[at]!, words[at + 1]!)
      return true
    }
    return false
  }

  #hold(start: number, end: number): void {
    const { words } = this.#control
    const line = this.#line
    this.start = start
    this.end = end
    const count = words[line + Entry.runCount]!
    const last = this.#runs + 2 * (count - 1)
    const continues = count > words[line + Entry.committedRuns]! && words[last + 1] === start
    if (continues) Atomics.store(words, last + 1, end)
    else if (count < MAX_RUNS) {
      words[last + 2] = start
      words[last + 3] = end
      Atomics.store(words, line + Entry.runCount, count + 1)
    } else if (this.#retry) {
      throw new RangeError(`Expected at most ${MAX_RUNS} separate runs of chunks a worker: use a larger chunkLength, or retry: 'never'`)
    }
    failPoint?.('recorded')
    Atomics.store(words, line + Entry.claimState, Claim.held)
  }

  /**
   * Where two ranks claim from one stretch, each claim is a run of its own: so long that those which the record has room for take all that is
   * left anywhere. One in each stretch, the last, may be shorter.
   */
  #leastLength(): number {
    const runs = this.#control.words[this.#line + Entry.runCount]!
    if (!this.#retry || runs < MANY_RUNS) return 1
    let left = 0
    for (let stretch = 0; stretch < this.#width; stretch++) left += Math.max(0, this.#left(stretch))
    const length = Math.ceil(left / Math.max(1, 2 * MANY_RUNS - runs - this.#width))
    return Math.min(length, Math.floor((MAX_COUNTER - this.#count) / this.#width))
  }

  /** How many chunks of the stretch nobody has claimed; below 0 where more were asked for than there were. */
  #left(stretch: number): number {
    return stretchStart(this.#count, this.#width, stretch + 1) - Atomics.load(this.#control.words, this.#counters[stretch]!)
  }

  #richest(): number {
    let best = -1
    let most = 0
    for (let stretch = 0; stretch < this.#width; stretch++) {
      const left = this.#left(stretch)
      if (left > most) {
        most = left
        best = stretch
      }
    }
    return best
  }

  #measure(): void {
    const at = this.#clock()
    const chunks = this.end - this.start
    // The first claim is of one chunk: nothing has been measured, and a chunk may be seconds of work.
    this.#nsPerChunk = chunks === 0 ? Number.POSITIVE_INFINITY : ((at - this.#claimedAt) * 1e6) / chunks
    this.#claimedAt = at
  }
}
