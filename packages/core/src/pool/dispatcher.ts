import { type Control, Header, Watch } from '../protocol/index.js'
import { now } from '../sync/index.js'
import { Assignments } from './assignments.js'
import type { Crew } from './crew.js'
import { deathError, poisonError } from './death-error.js'
import { Queue } from './queue.js'
import { Region } from './region.js'
import { RegionSlot } from './region-slot.js'
import { Task } from './task.js'
import { Forecast, type TaskPlace, type Vacancies } from './vacancies.js'
import type { Death } from './worker-handle.js'

const NO_REGIONS: readonly Region[] = []

/**
 * Decides which ranks work on what. Calls start in their order, tasks of higher priority first among tasks: `spmd` when all its ranks are
 * free, other regions and tasks as soon as one is; ranks that nobody waits for join a region that has chunks left. Nothing overtakes an `spmd`
 * that waits, so that it is not starved. Runs on the parent's event loop only.
 */
export class Dispatcher {
  readonly #control: Control
  readonly #crew: Crew
  readonly #queue = new Queue()
  /** The regions that are under way, by slot. */
  readonly #slots: (Region | undefined)[]
  /** The slots themselves. */
  readonly #views: readonly RegionSlot[]
  readonly #assignments: Assignments
  readonly #vacancies: Vacancies
  readonly #onIdle: () => void
  readonly #onDispatched: () => void
  #sequence = 0
  #looked: Region | Task | undefined

  /** `onDispatched` is called whenever calls may have begun or ended. */
  constructor(control: Control, crew: Crew, onIdle: () => void, onDispatched: () => void) {
    this.#control = control
    this.#crew = crew
    this.#onIdle = onIdle
    this.#onDispatched = onDispatched
    this.#slots = new Array(control.layout.slots).fill(undefined)
    this.#views = Array.from(this.#slots, (_, slot) => new RegionSlot(control, slot))
    const assignments = new Assignments(control.layout.size, crew)
    const slots = this.#slots
    this.#assignments = assignments
    this.#vacancies = {
      get hasSlot() {
        return slots.includes(undefined)
      },
      has: (rank) => assignments.isFree(rank),
      ranks: (most) => assignments.freeRanks(most),
    }
  }

  get isIdle(): boolean {
    return !this.#hasWork() && this.#assignments.isEmpty
  }

  /** Tasks that wait for a worker. */
  get queueSize(): number {
    return this.#queue.taskCount
  }

  /**
   * How many tasks would wait if `tasks` came now, one behind the other; 0 when none of those would have to wait. Ranks and slots of regions
   * that have their result count as vacant, though somebody is on the way out: who has awaited that takes them for free.
   */
  waitingWith(tasks: readonly TaskPlace[]): number {
    const slots = this.#slots.filter((region) => region === undefined || region.isOver).length
    return this.#queue.waitingWith(tasks, new Forecast(this.#assignments.freeSoon, slots))
  }

  /** With `looks`, the caller waits for the region on the spot if it begins at once: see `look`. */
  submit(work: Region | Task, looks = false): void {
    if (looks) this.#looked = work
    this.#queue.add(work)
    this.dispatch()
    this.#looked = undefined
  }

  /** Waits for a region that has just been submitted, for `spinNs` at most, without the event loop. */
  look(region: Region, spinNs: number): void {
    if (region.startedAt === 0 || region.isSettled) return
    region.look(spinNs)
    this.onRing()
  }

  /** The doorbell rang: somebody left a region, or completed one. */
  onRing(): void {
    this.#assignments.collectLeavers()
    this.#settle()
    if (this.isIdle) this.#onIdle()
    this.dispatch()
  }

  /** A worker ended. What it was working on is done again by others, or fails. */
  onDeath(rank: number, death: Death): void {
    const work = this.#assignments.take(rank)
    if (work instanceof Task) work.fail(deathError(rank, death, 'SHOAL_TASK_WORKER_DIED', 'a task'))
    if (work instanceof Region) {
      work.onDeath(rank, (range, attempts) =>
        attempts > 1 ? poisonError(rank, death, range, attempts) : deathError(rank, death, 'SHOAL_REGION_WORKER_DIED', 'a region', range),
      )
    }
    this.onRing()
  }

  /** Gives up on a call, waiting or running. A region's ranks leave at the next chunk; a task's worker is ended. */
  cancel(work: Region | Task, reason: unknown): void {
    work.fail(reason)
    if (this.#queue.remove(work)) {
      if (work instanceof Region) work.settle()
      if (this.isIdle) this.#onIdle()
    } else if (work instanceof Task) {
      const rank = this.#assignments.rankOf(work)
      if (rank !== -1) this.#crew.kill(rank)
    }
    this.onRing()
  }

  /** Ends the workers that are still inside a region that was cancelled. One that was stopped on its way out has not rung. */
  evict(region: Region): void {
    this.onRing()
    this.#crew.killInside(region.inside)
  }

  /** Settles everything with an error, without waiting for anybody: the workers are about to be killed. */
  abandon(reason: unknown): void {
    for (const work of [...this.#queue.removeAll(), ...this.#assignments.takeAll(), ...this.#slots]) {
      work?.fail(reason)
      if (work instanceof Region) work.settle()
    }
    this.#slots.fill(undefined)
  }

  dispatch(): void {
    if (this.#hasWork()) this.#assign()
    else this.#want(false)
    this.#onDispatched()
  }

  /** Whether who leaves a region is to ring. Members read the line: it is left alone while nothing changes. */
  #want(isWanted: boolean): void {
    const { words } = this.#control
    const wanted = isWanted ? 1 : 0
    if (words[Header.wanted] !== wanted) Atomics.store(words, Header.wanted, wanted)
  }

  #hasWork(): boolean {
    if (this.#queue.length > 0) return true
    for (let slot = 0; slot < this.#slots.length; slot++) if (this.#slots[slot] !== undefined) return true
    return false
  }

  #assign(): void {
    do {
      // What the dead have left can not wait: nobody else may be at work on it. A region that is at work anyway can.
      this.#joinRegions((region) => region.hasOrphans)
      this.#startWaiting()
      this.#joinRegions((region) => region.wantsRank)
      const wanted = this.#queue.length > 0 || this.#slots.some((region) => region?.wantsRank)
      this.#want(wanted)
      // Who left before `wanted` was stored has not rung for it: look again after the store.
      if (!wanted) return
    } while (this.#assignments.collectLeavers())
  }

  /** Lets free ranks into running regions that want some. */
  #joinRegions(wants: (region: Region) => boolean): void {
    for (const region of this.#slots) {
      if (region === undefined) continue
      while (region.wantsRank && wants(region)) {
        const [rank] = this.#vacancies.ranks(1)
        if (rank === undefined) return
        if (!this.#join(region, rank)) break
      }
    }
  }

  /**
   * Reserves a slot and ranks for a call in which the caller itself takes part as rank 0: nothing else happens until it returns.
   * `ranks` begin with 0. Undefined when there are too few free ranks.
   */
  reserve(wanted: number, needsAll: boolean): { slot: RegionSlot; sequence: number; ranks: number[] } | undefined {
    this.#assignments.collectLeavers()
    this.#settle()
    const slot = this.#slots.indexOf(undefined)
    if (slot === -1 || this.#assignments.of(0) !== undefined) return undefined
    const ranks = this.#assignments.freeRanks(wanted, 0)
    if (needsAll && ranks.length < wanted) return undefined
    return { slot: this.#views[slot]!, sequence: this.#nextSequence(), ranks }
  }

  /** Regions with a result that somebody may still be on the way out of. */
  get overRegions(): readonly Region[] {
    return this.#hasWork() ? (this.#slots.filter((region) => region?.isOver === true) as Region[]) : NO_REGIONS
  }

  /** Ranks that become free are worth more to whoever has waited longest: the queue is served in its order, and first. */
  #startWaiting(): void {
    for (let next = this.#queue.next(this.#vacancies, 0); next !== undefined; next = this.#queue.next(this.#vacancies, next.place)) {
      const work = this.#queue.removeAt(next.place)
      if (work instanceof Task) this.#run(work, next.ranks[0]!)
      else this.#begin(work, this.#slots.indexOf(undefined), next.ranks)
    }
  }

  #begin(region: Region, slot: number, ranks: readonly number[]): void {
    this.#slots[slot] = region
    try {
      for (const rank of ranks) this.#crew.member(rank).equip(region.segments, region.kernels)
      region.begin(this.#views[slot]!, this.#nextSequence(), ranks, region === this.#looked ? Watch.looks : Watch.bell)
    } catch (error) {
      this.#giveUp(region, error)
      return
    }
    ranks.forEach((rank, entry) => {
      this.#assignments.give(rank, region)
      this.#crew.member(rank).post(slot, entry)
    })
    region.started()
  }

  /** False when the region takes nobody in, or a segment of it has been closed meanwhile. */
  #join(region: Region, rank: number): boolean {
    try {
      this.#crew.member(rank).equip(region.segments, region.kernels)
    } catch (error) {
      this.#giveUp(region, error)
      return false
    }
    const entry = region.join(rank)
    if (entry === undefined) return false
    this.#assignments.give(rank, region)
    this.#crew.member(rank).post(region.slot, entry)
    return true
  }

  /** What a region can not be given fails that region, and nothing else that is dispatched with it. */
  #giveUp(region: Region, error: unknown): void {
    region.fail(error)
    this.#settle()
    if (this.isIdle) this.#onIdle()
  }

  #run(task: Task, rank: number): void {
    if (task.isTimed) task.startedAt = now()
    task.ranOn = rank
    this.#assignments.give(rank, task)
    // The rank is free before the task is settled: who waited for it may make a synchronous call next.
    const end = (settle: () => void): void => {
      try {
        if (this.#assignments.of(rank) !== task) return
        this.#assignments.take(rank)
        this.dispatch()
        if (this.isIdle) this.#onIdle()
      } finally {
        settle()
      }
    }
    const running = this.#crew.member(rank).run(task)
    void running.then(
      (result) => end(() => task.settle(result, rank)),
      (error) => end(() => task.fail(error)),
    )
  }

  #settle(): void {
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const region = this.#slots[slot]
      if (!region?.isOver) continue
      region.settle()
      // The slot is used again only when nobody is inside: the last one out may have completed the region while others were still leaving.
      if (region.inside.count === 0) this.#slots[slot] = undefined
    }
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) | 0 || 1
    return this.#sequence
  }
}
