import {
  barrierArriveAt,
  barrierAwait,
  barrierBreak,
  barrierBreakGeneration,
  barrierBroken,
  barrierDetach,
  barrierElected,
  barrierInitialise,
  barrierReset,
  barrierWaiting,
  kMemberBytes,
  membersBury,
  membersFindDead,
  membersInitialise,
} from '@shoal/native'
import { expectedRange, type ShoalError } from '../errors/index.js'
import { barrierBytes } from './barrier-bytes.js'
import { type BreakReason, type BrokenBarrier, breakReasons, brokenBarrierError } from './broken-barrier.js'
import { joinSlots, leaveSlots } from './held-slots.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import type { SharedWords } from './place.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { deadlineOf, leftMs, nextSliceMs, sliceMs, spinNsFor, timeoutOf, warnOfBlocking } from './waiting.js'
import { checkWaiting, park } from './waiting-async.js'

/** Who meets at a barrier. */
export interface BarrierOptions {
  /** How many have to come, 1 to 4095. */
  parties: number
  /**
   * Whether the death of a party breaks the barrier for the others; each takes a slot by its first wait. A barrier in memory of its own
   * does so; one that is placed needs the room of {@link Barrier.byteLengthFor}.
   */
  watch?: boolean
}

const mostParties = 0xfff
const unknownRank = 0xfff
/** Called before each slice of a wait for the end of a generation. */
type Guard = (generation: number) => void
const noGuard = (): void => {}

/** The header's second word: how many slots for members follow the core. */
const slotsWord = 1

const layout: Layout<Required<BarrierOptions>> = {
  name: 'Barrier',
  magic: magicOf('BAR'),
  byteLength: ({ parties, watch }) => (watch ? Barrier.byteLengthFor(parties) : checkParties(parties) && barrierBytes),
  byteLengthAt: (view, index) => barrierBytes + Atomics.load(view, index + slotsWord) * kMemberBytes,
  initialise(view, index, { parties, watch }) {
    if (watch) membersInitialise(view, index + barrierBytes / 4, parties)
    Atomics.store(view, index + slotsWord, watch ? parties : 0)
    barrierInitialise(view, index + headerWords, parties)
  },
  // Threads that have waited stay members: a slot that is zeroed under its thread would be a hole in that thread's list.
  held(view, index) {
    const first = index + barrierBytes / 4
    const count = Math.min(Atomics.load(view, index + slotsWord), Math.floor(((view.length - first) * 4) / kMemberBytes))
    if (count > 0) membersBury(view, first, count)
    return [first, first + (count * kMemberBytes) / 4]
  },
  matches: (view, index, { parties, watch }) =>
    (Atomics.load(view, index + headerWords) & 0xfff) === parties && Atomics.load(view, index + slotsWord) > 0 === watch,
}

/**
 * A meeting point: nobody leaves {@link Barrier.wait} before all parties have come, phase after phase.
 * Between threads and processes alike. The protocol is in `sync/README.md`.
 *
 * @example
 * const barrier = Barrier.create({ parties: 4 })
 * // in each of four workers that got it:
 * if (barrier.wait()) report('all four are here')
 */
export class Barrier extends SyncObject {
  /** Room in shared memory, without slots for members. */
  static readonly byteLength = barrierBytes

  readonly #words: number
  readonly #arriveNative: (spinNs: number, timeoutMs: number) => number
  readonly #slots: number
  readonly #spinNs: number
  #slot = -1
  /** A generation that has been released, or reset, is left alone: what came after it has other members. */
  readonly #watchMembers: Guard = (generation) => {
    const dead = membersFindDead(this.view, this.index + barrierBytes / 4, this.#slots)
    if (dead >= 0) this.#breakGeneration(generation, dead, 'death')
  }

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
    this.#arriveNative = barrierArriveAt(view, this.#words)
    this.#slots = Atomics.load(view, index + slotsWord)
    this.#spinNs = spinNsFor(this.parties)
  }

  /** Room in shared memory with a slot for each party: see `watch`. */
  static byteLengthFor(parties: number): number {
    checkParties(parties)
    return barrierBytes + parties * kMemberBytes
  }

  /** A barrier in memory of its own, or at `view[index]` over whatever was there. */
  static create(options: BarrierOptions): Barrier
  static create(view: SharedWords, index: number, options: BarrierOptions): Barrier
  static create(...args: [BarrierOptions] | [SharedWords, number, BarrierOptions]): Barrier {
    const { parties, watch = args.length === 1 } = (args.at(-1) ?? {}) as BarrierOptions
    return new Barrier(...createAt(layout, args.slice(0, -1) as unknown as At, { parties, watch }))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is no barrier at `view[index]`. */
  static attach(view: SharedWords, index = 0): Barrier {
    attachAt(layout, view, index)
    return new Barrier(view, index)
  }

  /** The barrier at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number, options: BarrierOptions): Barrier {
    const { parties, watch = false } = (options ?? {}) as BarrierOptions
    openOrCreateAt(layout, view, index, { parties, watch })
    return new Barrier(view, index)
  }

  /** How many have to come; fewer after {@link Barrier.detach}. */
  get parties(): number {
    return Atomics.load(this.view, this.#words) & 0xfff
  }

  /** Who broke it, −1 where that is not known, and why; undefined while it is whole. */
  get broken(): BrokenBarrier | undefined {
    for (;;) {
      const generation = Atomics.load(this.view, this.#words + 1)
      if ((generation & 1) === 0) return undefined
      const low = Atomics.load(this.view, this.#words)
      // The two halves of one word: they belong together if the upper one has not changed meanwhile.
      if (Atomics.load(this.view, this.#words + 1) !== generation) continue
      const rank = (low >>> 12) & 0xfff
      return { rank: rank === unknownRank ? -1 : rank, reason: breakReasons[low >>> 24] ?? 'failure' }
    }
  }

  /**
   * Waits for all parties. True for the one that was elected, the last to come.
   *
   * A time-out breaks the barrier for all: who has come can not be taken back.
   *
   * @throws ShoalError `SHOAL_BARRIER_BROKEN` when it is broken or breaks, by this wait's own time-out too.
   */
  wait(options?: WaitOptions): boolean {
    const timeoutMs = timeoutOf(options)
    if (this.#slots === 0) return this.#arrive(noGuard, timeoutMs, -1, warnOfBlocking)
    if (this.#slot < 0) this.#join()
    return this.#arrive(this.#watchMembers, timeoutMs, this.#slot, warnOfBlocking)
  }

  /**
   * The same for the members of a pool: `guard` is called before the arrival and before each slice of sleep, of at most 50 ms, and may throw,
   * which breaks the barrier.
   *
   * @internal
   */
  waitGuarded(guard: () => void, timeoutMs: number = Number.POSITIVE_INFINITY, rank = -1): boolean {
    this.#look(guard, rank)
    return this.#arrive(guard, timeoutMs, rank, noGuard, 0)
  }

  /**
   * Waits without blocking the event loop, and keeps the process alive. An abort breaks the barrier, as a time-out does.
   *
   * @throws ShoalError `SHOAL_BARRIER_BROKEN`, or the signal's reason.
   */
  async waitAsync(options: WaitAsyncOptions = {}): Promise<boolean> {
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = checkWaiting(options)
    if (this.#slots > 0 && this.#slot < 0) this.#join()
    const deadline = deadlineOf(timeoutMs)
    const generation = this.#arriveNative(0, 0)
    if (generation < 0) return this.#outcome(generation) === barrierElected
    const longest = this.#slots > 0 ? sliceMs : Number.POSITIVE_INFINITY
    for (;;) {
      const left = leftMs(deadline)
      if (left === 0) this.#breakGeneration(generation, this.#slot, 'timeout')
      else await this.#park(generation, Math.min(left, longest), signal)
      if (this.#slots > 0) this.#watchMembers(generation)
      if (this.#outcome(barrierAwait(this.view, this.#words, generation, 0, 0)) !== barrierWaiting) return false
    }
  }

  /**
   * Whether somebody has come and waits for others; means nothing of one that is broken.
   *
   * @internal
   */
  get isAwaited(): boolean {
    return Atomics.load(this.view, this.#words) >>> 12 !== 0
  }

  /**
   * Breaks it for all: who waits and whoever comes throws. False when it was broken already.
   *
   * @internal
   */
  break(rank: number, reason: BreakReason): boolean {
    return barrierBreak(this.view, this.#words, rank, breakReasons.indexOf(reason))
  }

  /** Makes it whole again, with nobody arrived; who still waits throws. For the one who supervises the parties. */
  reset(): void {
    if (this.#slots > 0) membersBury(this.view, this.index + barrierBytes / 4, this.#slots)
    barrierReset(this.view, this.#words)
  }

  /**
   * The same, when nobody uses it any more: forgets those that died asleep, too. One that is as new is only looked at, by plain loads: who has
   * used it has been seen to be done.
   *
   * @internal
   */
  renew(): void {
    const { view } = this
    const at = this.#words
    const isAsNew = view[at]! >>> 12 === 0 && (view[at + 1]! & 1) === 0 && view[at + 2] === 0
    if (isAsNew) return
    Atomics.store(this.view, this.#words + 2, 0)
    barrierReset(this.view, this.#words)
  }

  /** One party fewer for good, the calling thread if it has waited; the others are released if they have all come. */
  detach(): void {
    // In this order: who dies between the two is a dead member, not one that everybody waits for and nobody watches.
    barrierDetach(this.view, this.#words)
    if (this.#slots > 0) leaveSlots(this.view, this.index + barrierBytes / 4, this.#slots)
    this.#slot = -1
  }

  #join(): void {
    this.#slot = joinSlots(this.view, this.index + barrierBytes / 4, this.#slots)
  }

  #arrive(guard: Guard, timeoutMs: number, rank: number, tooLong: () => void, firstSliceMs = sliceMs): boolean {
    const deadline = deadlineOf(timeoutMs)
    const generation = this.#arriveNative(this.#spinNs, Math.min(timeoutMs, firstSliceMs))
    if (generation < 0) return this.#outcome(generation) === barrierElected
    for (;;) {
      const slice = nextSliceMs(deadline)
      if (slice === 0) this.#breakGeneration(generation, rank, 'timeout')
      else tooLong()
      this.#look(() => guard(generation), rank)
      if (this.#outcome(barrierAwait(this.view, this.#words, generation, 0, slice)) !== barrierWaiting) return false
    }
  }

  #look(guard: () => void, rank: number): void {
    try {
      guard()
    } catch (error) {
      // This member leaves for good: nobody may go on waiting for it.
      this.break(rank, 'cancelled')
      throw error
    }
  }

  async #park(generation: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const sleepers = this.#words + 2
    Atomics.add(this.view, sleepers, 1)
    try {
      await park({ view: this.view, index: this.#words + 1, sleepers }, generation | 0, timeoutMs, signal)
    } catch (reason) {
      // Otherwise released meanwhile: the abort came too late.
      if (this.#breakGeneration(generation, this.#slot, 'cancelled')) throw reason
    } finally {
      Atomics.sub(this.view, sleepers, 1)
    }
  }

  #breakGeneration(generation: number, rank: number, reason: BreakReason): boolean {
    return barrierBreakGeneration(this.view, this.#words, generation, rank, breakReasons.indexOf(reason))
  }

  #outcome(result: number): number {
    if (result === barrierBroken) throw this.#brokenError()
    return result
  }

  #brokenError(): ShoalError {
    return brokenBarrierError(this.broken)
  }
}

function checkParties(parties: number): true {
  if (Number.isInteger(parties) && parties >= 1 && parties <= mostParties) return true
  throw expectedRange('parties', `an integer from 1 to ${mostParties}`, parties)
}
