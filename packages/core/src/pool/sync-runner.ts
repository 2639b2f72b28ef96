import { waitWhile } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { type Control, type KernelDefinition, type KernelReference, Presence, Rank, Slot, Watch } from '../protocol/index.js'
import { now } from '../sync/index.js'
import type { Crew } from './crew.js'
import type { CrewMember } from './crew-member.js'
import { place } from './death-error.js'
import type { Dispatcher } from './dispatcher.js'
import { NOBODY } from './insiders.js'
import { definitionOf } from './kernel-reference.js'
import { lateError } from './late-error.js'
import type { Observer } from './observer.js'
import { PROGRESS_EVERY_MS } from './progress.js'
import type { Region } from './region.js'
import type { RegionSlot } from './region-slot.js'
import { Reporter } from './reporter.js'
import type { Setup } from './setup.js'
import type { Spinning } from './spinning.js'
import type { SyncWatch } from './watch.js'

/** What rank 0 needs of a pool on the calling thread. */
export interface Preparation {
  readonly setup: (Setup & { readonly definition: KernelDefinition }) | undefined
  /** Where it writes its trace. */
  readonly trace: SharedArrayBuffer | undefined
}

/** This thread as rank 0 of a pool. */
interface Caller {
  /** Before the first region: runs the pool's setup on this thread. */
  prepare(preparation: Preparation): void
  /** Before the first region that needs the kernel. */
  define(kernel: KernelReference, definition: KernelDefinition): void
  /** Keeps no segment of the last region alive. */
  forget(): void
  run(slot: number, entry: number, segments: readonly Segment[], onPause: () => void): void
}

/** Makes it. In the room `worker`, which this room knows only by the name of that module. */
export type MakeCaller = (control: Control) => Caller

/** What a `SyncRunner` needs of its pool. */
interface SyncParts {
  readonly control: Control
  readonly crew: Crew
  readonly dispatcher: Dispatcher
  readonly observer: Observer
  readonly spinning: Spinning
  readonly makeCaller: MakeCaller
  readonly setup: Setup | undefined
  readonly trace: SharedArrayBuffer | undefined
}

const SLICE_MS = 50
const NOTHING_TO_CHECK = (): void => {}

/**
 * Runs regions in which the calling thread takes part as rank 0 and worker 0 sleeps. Its event loop stands still meanwhile: deaths are read
 * from the life words, and what a dead rank had begun is done again by this thread if it can be.
 */
export class SyncRunner {
  readonly #parts: SyncParts
  readonly #caller: Caller
  #isPrepared = false
  /** Ids of the kernels that rank 0 knows. */
  readonly #knows = new Set<number>()
  /** Of the call that is under way. */
  #running: Region | undefined

  constructor(parts: SyncParts) {
    this.#parts = parts
    this.#caller = parts.makeCaller(parts.control)
  }

  /** Whether a call is under way: this thread is in a kernel then, or a callback, if anybody can ask. */
  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Ends the call that is under way, if there is one, with this error: a callback of it has ended the pool. */
  abandon(reason: unknown): void {
    this.#running?.fail(reason)
  }

  /** Before the first region: runs the pool's setup on this thread. */
  prepare(): void {
    if (this.#isPrepared) return
    const { setup, trace } = this.#parts
    this.#caller.prepare({ setup: setup && { ...setup, definition: definitionOf(setup.kernel) }, trace })
    this.#isPrepared = true
  }

  /** Keeps no segment of the last call alive. */
  forget(): void {
    this.#caller.forget()
  }

  /** @throws what the region failed with; ShoalError `SHOAL_POOL_BUSY` */
  run(region: Region, watch: SyncWatch): unknown {
    const { crew, dispatcher, observer, spinning } = this.#parts
    const { width } = region.spec
    const reporter = watch.onProgress && new Reporter(region, watch.onProgress)
    const checkTime = this.#checkTimeOf(region, watch, reporter)
    this.#running = region
    try {
      const { slot, sequence, ranks } = this.#reserve(region, checkTime)
      const observation = observer.begin(region)
      observation.announce()
      try {
        if (region.failed) return region.outcome()
        for (let entry = 1; entry < ranks.length; entry++) crew.member(ranks[entry]!).equip(region.segments, region.kernels)
        region.begin(slot, sequence, ranks, Watch.callerLooks)
        spinning.prepare(width, 0)
        for (let entry = 1; entry < ranks.length; entry++) crew.member(ranks[entry]!).post(region.slot, entry)
        if (reporter !== undefined || region.isTimed) region.started()
        this.#takePart(region, checkTime)
        while (!region.isOver) this.#awaitOthers(region, checkTime)
        this.#awaitLeavers(region, checkTime)
        const result = region.outcome()
        reporter?.end(false)
        observation.end()
        return result
      } catch (error) {
        reporter?.end(true)
        observation.fail(error)
        throw error
      }
    } finally {
      this.#running = undefined
      // Others may wait for the ranks that this call had.
      dispatcher.dispatch()
    }
  }

  /** A slot, and ranks that are free, this thread before them: those on their way out of a region that is over, or of their loops, are waited for. */
  #reserve(region: Region, checkTime: () => void): { slot: RegionSlot; sequence: number; ranks: readonly number[] } {
    const { crew, dispatcher } = this.#parts
    const checkWait = (): void => {
      checkTime()
      if (region.failed) region.outcome()
    }
    for (const over of dispatcher.overRegions) this.#awaitLeavers(over, checkWait)
    const reserved = dispatcher.reserve(region.spec.width, region.isSpmd)
    if (reserved === undefined) {
      throw new ShoalError(
        'SHOAL_POOL_BUSY',
        'Expected the workers of a synchronous call to be free, but they have work outstanding, or are being replaced: await a call first',
      )
    }
    for (const rank of reserved.ranks) if (rank !== 0) this.#awaitLeaving(crew.member(rank), checkWait)
    return reserved
  }

  #takePart(region: Region, checkTime: () => void): void {
    for (const kernel of region.kernels) {
      if (this.#knows.has(kernel.id)) continue
      this.#caller.define(kernel, definitionOf(kernel))
      this.#knows.add(kernel.id)
    }
    this.#caller.run(region.slot, region.inside.entryOf(0), region.segments, checkTime)
    region.leave(0)
  }

  /** For a caller whose event loop stands still: between its own chunks and while it waits, it looks at the clock itself. */
  #checkTimeOf(region: Region, { timeoutMs, graceMs }: SyncWatch, reporter: Reporter | undefined): () => void {
    if (timeoutMs === undefined && reporter === undefined) return NOTHING_TO_CHECK
    const endsAt = now() + (timeoutMs ?? Number.POSITIVE_INFINITY)
    let reportAt = now() + PROGRESS_EVERY_MS
    return () => {
      const at = now()
      if (reporter !== undefined && at >= reportAt) {
        reportAt = at + PROGRESS_EVERY_MS
        report(region, reporter)
      }
      const late = at - endsAt
      if (late < 0) return
      if (!region.failed) region.fail(lateError('SHOAL_REGION_TIMEOUT', timeoutMs!))
      if (late >= graceMs && !region.inside.has(0)) this.#parts.crew.killInside(region.inside)
    }
  }

  /** One slice; then a look at who is alive. */
  #awaitOthers(region: Region, checkTime: () => void): void {
    // One that has failed is over when everybody has left, whoever has completed it.
    if (this.#awaitDone(region.slot) && !region.failed) return
    const { crew } = this.#parts
    for (const rank of region.inside.byEntry) {
      if (rank === NOBODY) continue
      if (region.hasLeft(rank)) region.leave(rank)
      else if (!crew.isAlive(rank)) {
        region.onDeath(rank, (range) => {
          const what = `Worker ${rank} died in the middle of a synchronous region${place(range)}: its work is lost`
          return new ShoalError('SHOAL_REGION_WORKER_DIED', what, {
            rank,
            ...(range && { range }),
          })
        })
      }
    }
    if (region.wantsRank && region.hasOrphans && region.join(0) !== undefined) this.#takePart(region, checkTime)
    else checkTime()
  }

  /** Whether the region is done, after one slice at most. `watch` says that this thread sleeps before `doneBy` is looked at for the last time. */
  #awaitDone(slot: number): boolean {
    const { control, spinning } = this.#parts
    const { words } = control
    const base = control.layout.slot(slot)
    const doneBy = base + Slot.doneBy
    if (waitWhile(words, doneBy, 0, spinning.spinNs, 0)) return true
    Atomics.store(words, base + Slot.watch, Watch.callerSleeps)
    const isDone = waitWhile(words, doneBy, 0, 0, SLICE_MS)
    Atomics.store(words, base + Slot.watch, Watch.callerLooks)
    return isDone
  }

  /** Of one that is about to leave its loop, nobody knows whether it will see a post: wait until it is outside, and can be sent in. */
  #awaitLeaving(member: CrewMember, checkTime: () => void): void {
    const { words, layout } = this.#parts.control
    const handled = layout.rank(member.rank) + Rank.handled
    while (member.isLeaving && member.isAlive) {
      waitWhile(words, handled, Atomics.load(words, handled), 0, 1)
      checkTime()
    }
  }

  /** The slot may be used again only when everybody who was inside has said so. Who is stopped on the way is waited for no longer than for others. */
  #awaitLeavers(region: Region, checkTime: () => void): void {
    const { control, crew, spinning } = this.#parts
    const { words, layout } = control
    const { byEntry } = region.inside
    for (let entry = 0; entry < byEntry.length; entry++) {
      const rank = byEntry[entry]!
      if (rank === NOBODY) continue
      while (!region.hasLeft(rank) && crew.isAlive(rank)) {
        waitWhile(words, layout.presence(region.slot, entry), Presence.left, spinning.spinNs, 1)
        checkTime()
      }
      region.leave(rank)
    }
  }
}

/** What `onProgress` throws ends the region. */
function report(region: Region, reporter: Reporter): void {
  try {
    reporter.report()
  } catch (error) {
    region.fail(error)
  }
}
