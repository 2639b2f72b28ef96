import { ShoalError } from '../../errors/index.js'
import { Seat } from '../../protocol/index.js'
import type { Barrier } from '../../sync/index.js'
import type { Region } from '../region.js'
import { type CallDetail, readDetail, writeDetail } from './call-detail.js'
import { findDeadRank } from './find-dead-rank.js'
import type { LoopProgress } from './loop-progress.js'
import { nestedError } from './nested-error.js'
import { describeCall, NO_COUNT, NO_ROOT } from './signature.js'

/**
 * The steps that the ranks of an `spmd` region take together: each publishes a line and some scratch, all meet at the barrier, each reads
 * what the others published. Step n lives in the buffers of its parity, which are written again in step n + 2: nobody gets there before all
 * have arrived at step n + 1, and whoever arrives there has read step n. One barrier a step is therefore enough.
 *
 * Memory ordering: plain stores before the barrier, plain loads after it. The barrier's arrival releases, its passing acquires.
 */
export class Exchange {
  readonly rank: number
  readonly size: number
  readonly words: Int32Array<SharedArrayBuffer>
  readonly doubles: Float64Array<SharedArrayBuffer>
  readonly loops: LoopProgress
  readonly #region: Region
  readonly #barrier: Barrier
  readonly #seatLines: number
  readonly #seatStride: number
  readonly #lineStride: number
  /**
   * Called before the arrival and before each further slice of the wait. A rank that has arrived never throws from here: the others may have
   * been let through meanwhile. It breaks the barrier, which then tells whether this step or the next one is lost.
   */
  readonly #guard = (): void => {
    const slice = this.#slices++
    if (slice === 0) {
      this.throwIfAborted()
      return
    }
    this.loops.report(this.#step + 1)
    // Who has not slept yet does not ask for everybody's life: with more ranks than CPUs that is all of them, in every step.
    const isLost = slice === 1 ? this.#region.cancelled || this.#region.failed : this.#isHopeless()
    if (isLost) this.#barrier.break(this.rank, 'cancelled')
    // A rank that returns breaks the barrier only if it sees that somebody has arrived. It says first that it returns, and this rank has
    // arrived before it looks here: one of the two sees the other.
    const returned = this.loops.whoHasReturned()
    if (returned !== -1) this.#barrier.break(returned, 'failure')
  }
  #step = 0
  #slices = 0
  #inside: string | undefined

  constructor(region: Region, barrier: Barrier, loops: LoopProgress) {
    const { control } = region.member
    const { layout } = control
    this.rank = region.seat
    this.size = region.width
    this.words = control.words
    this.doubles = control.doubles
    this.loops = loops
    this.#region = region
    this.#barrier = barrier
    this.#seatLines = layout.seat(region.slot, 0, 0)
    this.#seatStride = layout.seat(region.slot, 1, 0) - this.#seatLines
    this.#lineStride = layout.seat(region.slot, 0, 1) - this.#seatLines
    // What the last region left here must not be taken for a step of this one. Nobody reads it before this rank's first arrival.
    this.words[this.#lineOf(this.rank, 0) + Seat.step] = 0
    this.words[this.#lineOf(this.rank, 1) + Seat.step] = 0
  }

  /** Fills this rank's line for the step to come, and returns where it is, for what else belongs there. It counts once `meet` is called. */
  announce(signature: number, root = NO_ROOT, count = NO_COUNT, detail?: CallDetail): number {
    const { words } = this
    const line = this.#lineOf(this.rank, this.#step + 1)
    words[line + Seat.signature] = signature
    words[line + Seat.root] = root
    words[line + Seat.loops] = this.loops.begun
    this.doubles[(line + Seat.count) / 2] = count
    if (detail === undefined) words[line + Seat.detail] = 0
    else writeDetail(words, line, detail)
    return line
  }

  /**
   * Takes the step that was announced.
   * @throws ShoalError `SHOAL_REGION_MISMATCH` on every rank unless all have announced the same.
   */
  meet(): void {
    const { words, doubles } = this
    words[this.#lineOf(this.rank, this.#step + 1) + Seat.step] = (this.#step + 1) | 0
    this.pass()
    const own = this.lineOf(this.rank)
    for (let seat = 0; seat < this.size; seat++) {
      const line = this.lineOf(seat)
      if (
        words[line + Seat.step] !== words[own + Seat.step] ||
        words[line + Seat.signature] !== words[own + Seat.signature] ||
        words[line + Seat.root] !== words[own + Seat.root] ||
        words[line + Seat.loops] !== words[own + Seat.loops] ||
        words[line + Seat.detail] !== words[own + Seat.detail] ||
        doubles[(line + Seat.count) / 2] !== doubles[(own + Seat.count) / 2]
      ) {
        throw this.#mismatch()
      }
    }
  }

  /**
   * A step with nothing to publish: one native call. The lines of the others are looked at, which costs nothing while nobody writes them.
   * True on one elected rank.
   * @throws ShoalError `SHOAL_REGION_MISMATCH` on every rank when another rank has announced something.
   */
  barrier(): boolean {
    const elected = this.pass()
    for (let seat = 0; seat < this.size; seat++) {
      if (this.words[this.lineOf(seat) + Seat.step] === this.#step) throw this.#mismatch()
    }
    return elected
  }

  /**
   * A further step of a collective that all ranks are known to be in.
   * @throws ShoalError `SHOAL_REGION_ABORTED` when somebody will never come.
   */
  pass(): boolean {
    if (this.#inside !== undefined) throw nestedError('a collective', this.#inside)
    this.#slices = 0
    let elected: boolean
    try {
      elected = this.#barrier.waitGuarded(this.#guard, Number.POSITIVE_INFINITY, this.rank)
    } catch (error) {
      throw error instanceof ShoalError && error.code === 'SHOAL_BARRIER_BROKEN' ? this.#aborted(error) : error
    }
    this.#step = (this.#step + 1) | 0
    return elected
  }

  /** The line that `seat` has published in the step that was passed last. */
  lineOf(seat: number): number {
    return this.#lineOf(seat, this.#step)
  }

  /** Where the scratch lies, in bytes, that `seat` has published in the step that was passed last. */
  scratchOf(seat: number): number {
    return this.#region.member.control.layout.scratchOffset(this.#region.slot, seat, this.#step & 1)
  }

  /** Where this rank's scratch for the step to come lies, in bytes. */
  nextScratch(): number {
    return this.#region.member.control.layout.scratchOffset(this.#region.slot, this.rank, (this.#step + 1) & 1)
  }

  get buffer(): SharedArrayBuffer {
    return this.#region.member.control.buffer
  }

  /** Calls `fn`, in which this rank takes no step: the others wait for it to come out, or would. */
  within<T>(what: string, fn: () => T): T {
    const outer = this.#inside
    this.#inside = what
    try {
      return fn()
    } finally {
      this.#inside = outer
    }
  }

  /** @throws ShoalError `SHOAL_REGION_ABORTED` once the region is cancelled or a rank has failed. */
  throwIfAborted(what?: string): void {
    if (this.#region.cancelled || this.#region.failed) throw this.#aborted(undefined, what)
  }

  /**
   * The same, for between slices of a wait: looks at the life words too. The parent sees deaths as well, but not while its event loop stands
   * still, as in a synchronous region.
   */
  throwIfHopeless(what: string): void {
    if (this.#isHopeless()) throw this.#aborted(undefined, what)
  }

  /** Steps that this rank has passed; all ranks count alike, since all meet in each. */
  get step(): number {
    return this.#step
  }

  /** Whether what this rank waits for may never come; a dead rank's barrier is broken in its name. */
  #isHopeless(): boolean {
    this.#region.member.onPause?.()
    if (this.#region.cancelled || this.#region.failed) return true
    const dead = findDeadRank(this.#region)
    if (dead === -1) return false
    this.#barrier.break(dead, 'death')
    return true
  }

  #lineOf(seat: number, step: number): number {
    return this.#seatLines + seat * this.#seatStride + (step & 1) * this.#lineStride
  }

  /** With `views`, where they lie too. */
  #describe(seat: number, step: number, views = false): string {
    const line = this.#lineOf(seat, step)
    const { words, doubles } = this
    if (words[line + Seat.step] !== step) return 'barrier()'
    const loops = words[line + Seat.loops]!
    const detail = readDetail(words, line)
    const details = [detail.options, views ? detail.views : ''].filter((text) => text !== '')
    const call = describeCall(words[line + Seat.signature]!, words[line + Seat.root]!, doubles[(line + Seat.count) / 2]!, details)
    return loops === 0 ? call : `${call} after ${loops} ${loops === 1 ? 'loop' : 'loops'} of chunks()`
  }

  /** The same on every rank: what rank 0 called, and the first rank that called something else. */
  #mismatch(): ShoalError {
    const calls = this.#describeAll(false)
    const [expected, ...others] = new Set(calls).size > 1 ? calls : this.#describeAll(true)
    const seat =
      1 +
      Math.max(
        0,
        others.findIndex((call) => call !== expected),
      )
    this.#barrier.break(this.rank, 'failure')
    return new ShoalError(
      'SHOAL_REGION_MISMATCH',
      `Rank 0 called ${expected}, rank ${seat} called ${others[seat - 1]}: all ranks have to call the same collectives in the same order`,
    )
  }

  #describeAll(views: boolean): string[] {
    return Array.from({ length: this.size }, (_, seat) => this.#describe(seat, this.#step, views))
  }

  #aborted(cause: unknown, call = this.#describe(this.rank, (this.#step + 1) | 0)): ShoalError {
    return new ShoalError('SHOAL_REGION_ABORTED', `Rank ${this.rank} can not complete ${call}: ${this.#whyAborted()}`, { cause })
  }

  #whyAborted(): string {
    if (this.#region.cancelled || this.#region.failed) return 'another rank threw or died, or the region was cancelled'
    const { broken } = this.#barrier
    const who = broken === undefined || broken.rank < 0 ? 'another rank' : `rank ${broken.rank}`
    return broken?.reason === 'death' ? `${who} has died` : `${who} has returned, and will never come`
  }
}
