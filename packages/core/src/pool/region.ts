import type { Segment } from '../memory/index.js'
import type { KernelReference } from '../protocol/index.js'
import type { IndexRange } from '../source/index.js'
import { Barrier, now } from '../sync/index.js'
import type { CallCache, PackedCall } from './call-cache.js'
import { Deaths } from './deaths.js'
import { Insiders } from './insiders.js'
import { readOutcome } from './outcome.js'
import type { Progress } from './progress.js'
import type { RegionSlot } from './region-slot.js'
import type { RegionSpec } from './region-spec.js'

/**
 * One parallel call, seen from the parent: waits for ranks, lives in a slot of the control segment, and is settled.
 * The ranks run and complete it among themselves; the parent acts only when it starts, when a rank joins or dies, and when it is done.
 */
export class Region {
  readonly spec: RegionSpec
  /** The segments that the call refers to. */
  readonly segments: readonly Segment[]
  sequence = 0
  /** The ranks that were posted and have not left yet. */
  readonly inside = new Insiders()
  readonly #packed: PackedCall
  #slot: RegionSlot | undefined
  #deaths: Deaths | undefined
  /** When its first ranks had been posted, by `now()`; 0 while it waits for them, or where nobody asks. */
  startedAt = 0
  /** Whether anybody asks for that. */
  isTimed = false
  #failure: { readonly error: unknown } | undefined
  /** Whether somebody asks for its progress, after it is settled too. */
  isReported = false
  /** From when it is settled: its slot may be another region's then. */
  #lastProgress: Progress | undefined
  #settled: { readonly value: unknown } | { readonly error: unknown } | undefined
  #onSettled: (() => void) | undefined

  constructor(spec: RegionSpec, calls: CallCache) {
    this.spec = spec
    this.#packed = calls.pack(spec.call)
    this.segments = this.#packed.segments
  }

  get kernels(): readonly KernelReference[] {
    return this.spec.kernels
  }

  get isSpmd(): boolean {
    return this.spec.opened === undefined
  }

  /** -1 while it waits for ranks. */
  get slot(): number {
    return this.#slot?.slot ?? -1
  }

  get retries(): number {
    return this.#deaths?.retries ?? 0
  }

  /** Fills the slot and enters the first ranks. */
  begin(slot: RegionSlot, sequence: number, ranks: readonly number[], watch: number): void {
    slot.begin(this.spec, sequence, ranks, this.#packed, watch)
    this.#slot = slot
    this.sequence = sequence
    this.inside.begin(ranks)
  }

  /** Its first ranks have been posted: to look at the clock costs no time while they begin. */
  started(): void {
    this.startedAt = now()
  }

  /** Whether one more rank would be of use: to take over from the dead, for whom there is room, or because chunks are left and there is room. */
  get wantsRank(): boolean {
    if (this.#slot === undefined || this.#failure !== undefined || this.isSpmd) return false
    if (this.hasOrphans) return true
    // A rank that could not begin has left all chunks to others. It would come and go, with an entry each time, until those are done.
    return this.inside.count < this.spec.width && this.#slot.hasRoom && !this.#slot.hasThrown && this.#slot.hasUnclaimed
  }

  /** Whether a dead rank's work waits for somebody to take it over. */
  get hasOrphans(): boolean {
    return this.#deaths !== undefined && this.#deaths.orphaned.length > 0
  }

  /** Lets a rank in, to take over from the dead too; undefined when the region is being completed. */
  join(rank: number): number | undefined {
    const entry = this.#slot!.join(rank, this.#deaths?.orphaned ?? [])
    if (entry === undefined) return undefined
    this.#deaths?.orphaned.splice(0)
    this.inside.join(rank, entry)
    return entry
  }

  /** Spins until it is done and everybody has left, or nothing has changed for `spinNs`; then the ranks ring again when they leave. */
  look(spinNs: number): void {
    this.#slot!.look(this.inside, spinNs)
  }

  /** Whether this rank, which was let in, has left: by what is known of it, or by its own word. */
  hasLeft(rank: number): boolean {
    const entry = this.inside.entryOf(rank)
    return entry === -1 || this.#slot!.isOut(entry)
  }

  /** It is known from here on. */
  leave(rank: number): void {
    this.inside.leave(rank)
  }

  /**
   * A rank has died. Unless it had left, its work is made anybody's where it can be done again; else the region fails with what `error` makes
   * of the chunk that the rank was on.
   */
  onDeath(rank: number, error: (range: IndexRange | undefined, attempts: number) => Error): void {
    const entry = this.inside.entryOf(rank)
    if (entry === -1) return
    this.inside.leave(rank)
    if (this.#failure !== undefined) return
    this.#deaths ??= new Deaths(this.#slot!, this.spec)
    const loss = this.#deaths.add(entry)
    if (loss === undefined) return
    const { chunk, attempts } = loss
    const range = chunk === undefined ? undefined : this.spec.opened?.rangeOf(chunk, chunk + 1)
    this.fail(error(range, attempts), 'death', entry)
  }

  /** Ends the region early with this error: the first one counts. The ranks see it before their next chunk. */
  fail(error: unknown, reason: 'cancelled' | 'death' = 'cancelled', entry = -1): void {
    // Its slot may be another region's by now.
    if (this.#settled !== undefined) return
    this.#failure ??= { error }
    if (this.#slot === undefined) return
    this.#slot.cancel()
    // While nobody has been let in, the barrier may be that of another region.
    if (this.isSpmd && this.inside.count > 0) this.#slot.control.barrier(this.slot, this.spec.width, Barrier).break(entry, reason)
  }

  get failed(): boolean {
    return this.#failure !== undefined
  }

  /** Whether nothing more will happen in the slot: the last one out has completed it or, after a failure, every survivor has left. */
  get isOver(): boolean {
    if (this.#slot === undefined) return this.#failure !== undefined
    if (this.#failure !== undefined) return this.inside.count === 0
    return this.#slot.isDone
  }

  progress(): Progress {
    if (this.#lastProgress !== undefined) return this.#lastProgress
    const { extent, chunks } = this.#slot?.account ?? { extent: 0, chunks: 0 }
    // Over `spmd` the kernels say themselves how far they are, and nobody knows how far they have to go.
    const total = this.spec.opened?.total ?? 0
    const done = this.isSpmd ? extent : Math.min(extent, total)
    const elapsedMs = this.startedAt === 0 ? 0 : now() - this.startedAt
    return { done, total, chunks, retries: this.retries, elapsedMs }
  }

  /** Reads the outcome, once. Only when it is over, or to give up on it with an error. */
  settle(): void {
    if (this.#settled !== undefined) return
    if (this.isReported) this.#lastProgress = this.progress()
    try {
      this.#settled = { value: this.outcome() }
    } catch (error) {
      this.#settled = { error }
    }
    this.#onSettled?.()
  }

  /** Short regions are settled before anybody waits for them, and synchronous ones are never waited for. */
  get isSettled(): boolean {
    return this.#settled !== undefined
  }

  /** For one to wait for, while it is not settled. */
  get whenSettled(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSettled = resolve
    })
  }

  /** Once it is settled: its result; throws what it failed with. */
  get result(): unknown {
    const settled = this.#settled!
    if ('error' in settled) throw settled.error
    return settled.value
  }

  /** The result; throws what the region failed with. */
  outcome(): unknown {
    if (this.#failure !== undefined) throw this.#failure.error
    const { control, slot } = this.#slot!
    return readOutcome(control, slot, this.spec, this.segments)
  }
}
