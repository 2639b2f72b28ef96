import { encodeThrown, encodeValue, Frame, NO_FAILURE, pack, Rank, RegionLog, Slot, Tally } from '../protocol/index.js'
import type { ChunkReader } from '../source/index.js'
import { Claims } from './claims.js'
import type { Member } from './member.js'

/** One region, seen from one rank: its words, its log, and what the rank brings to it. */
export class Region {
  readonly member: Member
  readonly slot: number
  readonly log: RegionLog
  readonly words: Int32Array<SharedArrayBuffer>
  /** Where the slot's words begin. */
  readonly base: number
  readonly #line: number

  constructor(member: Member, slot: number) {
    this.member = member
    this.slot = slot
    this.log = new RegionLog(member.control, slot)
    this.words = member.control.words
    this.base = member.control.layout.slot(slot)
    this.#line = member.control.layout.rank(member.rank)
  }

  get sequence(): number {
    return this.words[this.base + Slot.sequence]!
  }

  /** This rank's place among those of the region. */
  get seat(): number {
    return this.words[this.#line + Rank.seat]!
  }

  get width(): number {
    return this.words[this.base + Slot.width]!
  }

  get cancelled(): boolean {
    return Atomics.load(this.words, this.base + Slot.cancel) !== 0
  }

  get failed(): boolean {
    return Atomics.load(this.words, this.base + Slot.failedAt) !== NO_FAILURE
  }

  /** Calls `body` for every chunk that this rank gets hold of. */
  forEachChunk(reader: ChunkReader, body: (index: number) => void): void {
    const { words, base } = this
    const { doubles } = this.member.control
    const line = this.#line
    const tally = this.member.control.layout.tally(this.slot, this.member.rank)
    const claims = new Claims(this.member.control, this.slot, this.member.rank)
    while (claims.next()) {
      let done = 0
      for (let index = claims.start; index < claims.end; index++) {
        if (Atomics.load(words, base + Slot.cancel) !== 0) return
        // Chunks below a failing one are still worked on, so that the error that is reported is always that of the lowest.
        if (index > Atomics.load(words, base + Slot.failedAt)) continue
        words[line + Rank.position] = index
        try {
          body(index)
        } catch (error) {
          this.fail(index, error)
        }
        done += reader.extent(index)
      }
      doubles[(tally + Tally.extent) / 2]! += done
      words[tally + Tally.chunks]! += claims.end - claims.start
    }
  }

  /** Records what chunk (or rank) `at` threw, and lets the others know. */
  fail(at: number, thrown: unknown): void {
    const { words, base } = this
    const data = encodeThrown(thrown, canClone)
    this.log.append(Frame.thrown, this.member.rank, 0, at, pack(data).bytes)
    let lowest = Atomics.load(words, base + Slot.failedAt)
    while (at < lowest) {
      const seen = Atomics.compareExchange(words, base + Slot.failedAt, lowest, at)
      if (seen === lowest) break
      lowest = seen
    }
  }

  /** Puts a value into the log for whoever completes the region. */
  bring(type: number, major: number, minor: number, value: unknown): void {
    this.log.append(type, this.member.rank, major, minor, pack(value).bytes)
  }
}

function canClone(value: unknown): boolean {
  try {
    return encodeValue(value).segments.length === 0
  } catch {
    return false
  }
}
