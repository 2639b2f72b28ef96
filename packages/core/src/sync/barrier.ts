import {
  barrierArrive,
  barrierAwait,
  barrierBreak,
  barrierBreakGeneration,
  barrierBroken,
  barrierDetach,
  barrierElected,
  barrierInitialise,
  barrierPassed,
  barrierReset,
} from '@shoal/native'
import { expectedRange, ShoalError } from '../errors/index.js'
import { checkHeader, headerWords, magicOf, publish } from './header.js'
import { checkPlace, type SharedWords } from './place.js'
import { SyncObject, type WaitOptions } from './sync-object.js'
import { checkTimeout, deadlineOf, nextSliceMs, sliceMs, spinNsFor } from './waiting.js'

/** Why a barrier broke. The order is part of the layout. */
const breakReasons = ['timeout', 'death', 'cancelled', 'failure'] as const
export type BreakReason = (typeof breakReasons)[number]

/** Who broke a barrier, −1 where that is not known, and why. */
export interface BrokenBarrier {
  readonly rank: number
  readonly reason: BreakReason
}

const magic = magicOf('BAR')
const mostParties = 0xfff
const unknownRank = 0xfff
const noGuard = (): void => {}

/**
 * A meeting point: nobody leaves {@link Barrier.wait} before all parties have come, phase after phase.
 * Between threads and processes alike. The protocol is in `sync/README.md`.
 */
export class Barrier extends SyncObject {
  /** Room in shared memory. */
  static readonly byteLength = 64

  readonly #words: number
  readonly #parties: number
  readonly #spinNs: number

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
    this.#parties = Atomics.load(view, this.#words) & 0xfff
    this.#spinNs = spinNsFor(this.#parties)
  }

  /**
   * Makes a barrier at `view[index]`, over whatever was there.
   *
   * @throws RangeError unless 1 ≤ `parties` ≤ 4095, and where the place does not fit.
   */
  static create(view: SharedWords, index: number, options: { parties: number }): Barrier {
    const { parties } = options
    checkPlace(view, index, Barrier.byteLength)
    if (!Number.isInteger(parties) || parties < 1 || parties > mostParties) {
      throw expectedRange('parties', `an integer from 1 to ${mostParties}`, parties)
    }
    for (let word = 0; word < Barrier.byteLength / 4; word++) Atomics.store(view, index + word, 0)
    barrierInitialise(view, index + headerWords, parties)
    publish(view, index, magic)
    return new Barrier(view, index)
  }

  /**
   * The barrier that another thread or process has made at `view[index]`.
   *
   * @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is none.
   */
  static attach(view: SharedWords, index = 0): Barrier {
    checkHeader(view, index, magic, 'Barrier', Barrier.byteLength)
    return new Barrier(view, index)
  }

  /** How many have to come; fewer after {@link Barrier.detach}. */
  get parties(): number {
    return Atomics.load(this.view, this.#words) & 0xfff
  }

  /** Who broke it and why; undefined while it is whole. */
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
    return this.waitGuarded(noGuard, options?.timeoutMs)
  }

  /**
   * The same for the members of a pool: `guard` is called before each slice of at most 50 ms and may throw, which breaks the barrier.
   *
   * @internal
   */
  waitGuarded(guard: () => void, timeoutMs: number = Number.POSITIVE_INFINITY, rank = -1): boolean {
    checkTimeout(timeoutMs)
    this.#look(guard, rank)
    const deadline = deadlineOf(timeoutMs)
    const arrival = barrierArrive(this.view, this.#words, this.#spinNs, Math.min(timeoutMs, sliceMs))
    if (arrival === barrierElected) return true
    if (arrival === barrierPassed) return false
    if (arrival === barrierBroken) throw this.#brokenError()
    return this.#waitOn(arrival, guard, deadline, rank)
  }

  #waitOn(generation: number, guard: () => void, deadline: number, rank: number): boolean {
    for (;;) {
      const slice = nextSliceMs(deadline)
      if (slice === 0 && barrierBreakGeneration(this.view, this.#words, generation, rank, breakReasons.indexOf('timeout'))) {
        throw this.#brokenError()
      }
      this.#look(guard, rank)
      const result = barrierAwait(this.view, this.#words, generation, 0, slice)
      if (result === barrierPassed) return false
      if (result === barrierBroken) throw this.#brokenError()
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
    barrierReset(this.view, this.#words)
  }

  /** One party fewer for good, released if the others have all come. */
  detach(): void {
    barrierDetach(this.view, this.#words)
  }

  #brokenError(): ShoalError {
    const broken = this.broken
    if (broken === undefined) return new ShoalError('SHOAL_BARRIER_BROKEN', 'The barrier was reset while this member waited: wait again')
    const who = broken.rank < 0 ? 'a member' : `rank ${broken.rank}`
    const what = { timeout: 'timed out', death: 'died', cancelled: 'was cancelled', failure: 'failed' }[broken.reason]
    return new ShoalError('SHOAL_BARRIER_BROKEN', `The barrier is broken: ${who} ${what}. reset() makes it whole again`, {
      ...(broken.rank < 0 ? {} : { rank: broken.rank }),
    })
  }
}
