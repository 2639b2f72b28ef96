import { futexWake, waitWhile } from '@shoal/native'
import { ShoalError } from '../../errors/index.js'
import { LOOPS, Loop, SeatLoops } from '../../protocol/index.js'
import { type Cutting, claimLength } from '../../schedule/index.js'
import { now } from '../../sync/index.js'
import type { Region } from '../region.js'
import type { Exchange } from './exchange.js'

const SEAT_BITS = 12
const SPIN_NS = 5_000
const SLICE_MS = 50

/**
 * The loops of `chunks`, whose chunks the ranks claim from one counter each. There is no barrier at the end of a loop: ranks may be up to
 * `LOOPS` loops apart, since that many counters are used in turn. Whoever is further ahead waits for the last rank of the loop that had the
 * counter before; that rank makes it new.
 *
 * Memory ordering: a rank is done with a counter before its `Atomics.add` on `finished`; the last one resets the words before it stores
 * `turn`, which whoever comes next has read.
 */
export class ChunkLoops {
  readonly #region: Region
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #exchange: Exchange

  constructor(region: Region, exchange: Exchange) {
    this.#region = region
    this.#words = region.words
    this.#exchange = exchange
    region.useShared()
  }

  /**
   * The chunks that this rank claims, each as `read` gives it. The loop begins with the first one that is asked for, and ends when all are
   * taken or it is left. An iterator that a kernel has kept does not touch the counters, which may be those of another region.
   */
  *claim<C>(cutting: Cutting, read: (index: number) => C): Generator<C, void, undefined> {
    const words = this.#words
    const { loops } = this.#exchange
    loops.checkInside()
    const number = loops.begun++
    const entry = this.#region.member.control.layout.loop(this.#region.slot, number % LOOPS)
    const turn = Math.floor(number / LOOPS)
    this.#waitFor(entry + Loop.turn, turn, number - LOOPS)
    try {
      this.#agree(entry + Loop.claim, number, cutting)
      let nsPerChunk = Number.POSITIVE_INFINITY
      for (;;) {
        loops.checkInside()
        this.#exchange.throwIfAborted('chunks()')
        const left = cutting.count - Atomics.load(words, entry + Loop.next)
        if (left <= 0) return
        const length = claimLength(nsPerChunk, left, cutting.count, this.#region.width)
        const start = Atomics.add(words, entry + Loop.next, length)
        if (start >= cutting.count) return
        const end = Math.min(start + length, cutting.count)
        const claimedAt = now()
        for (let index = start; index < end; index++) yield read(index)
        nsPerChunk = ((now() - claimedAt) * 1e6) / (end - start)
      }
    } finally {
      if (!loops.isOver) this.#finish(entry, turn)
    }
  }

  /** Waits until all ranks are done with loop `before`. */
  #waitFor(word: number, turn: number, before: number): void {
    for (;;) {
      const seen = Atomics.load(this.#words, word)
      if (seen === turn) return
      this.#exchange.throwIfHopeless('chunks()')
      const stuck = this.#exchange.loops.whoNeverEnds(before, this.#exchange.step)
      if (stuck !== -1) throw this.#stuckError(stuck, before)
      waitWhile(this.#words, word, seen, SPIN_NS, SLICE_MS)
    }
  }

  #finish(entry: number, turn: number): void {
    const words = this.#words
    this.#exchange.loops.ended++
    if (Atomics.add(words, entry + Loop.finished, 1) !== this.#region.width - 1) return
    Atomics.store(words, entry + Loop.next, 0)
    Atomics.store(words, entry + Loop.finished, 0)
    Atomics.store(words, entry + Loop.claim, 0)
    Atomics.store(words, entry + Loop.turn, turn + 1)
    futexWake(words, entry + Loop.turn, this.#region.width)
  }

  /** The first rank says what the loop is over; the others compare. What each asked for is stored beside its seat before, for the message. */
  #agree(word: number, number: number, cutting: Cutting): void {
    const { words, doubles, layout } = this.#region.member.control
    const own = layout.seatLoops(this.#region.slot, this.#region.seat)
    doubles[(own + SeatLoops.length) / 2] = cutting.length
    words[own + SeatLoops.count] = cutting.count
    words[own + SeatLoops.number] = number
    const claim = (hashOf(cutting) << SEAT_BITS) | (this.#region.seat + 1)
    const found = Atomics.compareExchange(words, word, 0, claim)
    if (found === 0 || found >>> SEAT_BITS === claim >>> SEAT_BITS) return
    const seat = (found & (2 ** SEAT_BITS - 1)) - 1
    const other = layout.seatLoops(this.#region.slot, seat)
    const theirs =
      words[other + SeatLoops.number] === number
        ? `${words[other + SeatLoops.count]} chunks of ${doubles[(other + SeatLoops.length) / 2]}`
        : 'something else'
    throw new ShoalError(
      'SHOAL_REGION_MISMATCH',
      `Rank ${seat} called chunks() for ${theirs}, rank ${this.#region.seat} for ${cutting.count} chunks of ${cutting.length}: all ranks have to run the same loops in the same order`,
    )
  }

  #stuckError(seat: number, loop: number): ShoalError {
    const begins = `Rank ${this.#region.seat} can not begin loop ${loop + LOOPS} of chunks()`
    if (this.#exchange.loops.hasReturned(seat)) {
      return new ShoalError('SHOAL_REGION_ABORTED', `${begins}: rank ${seat} has returned without ending loop ${loop}`)
    }
    return new ShoalError(
      'SHOAL_REGION_MISMATCH',
      `${begins}: rank ${seat} waits in another collective before it has ended loop ${loop}; all ranks have to run the same loops in the same order`,
    )
  }
}

function hashOf({ length, unit, count, block, group, least }: Cutting): number {
  let hash = 1
  for (const value of [length, unit, count, block, group, least]) {
    hash = Math.imul(hash ^ (value % 2 ** 32), 0x9e37_79b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ Math.floor(value / 2 ** 32), 0x85eb_ca6b)
  }
  return (hash ^ (hash >>> 12)) >>> SEAT_BITS
}
