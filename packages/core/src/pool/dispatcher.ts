import { ShoalError } from '../errors/index.js'
import { type Control, Header, Rank } from '../protocol/index.js'
import type { Crew } from './crew.js'
import type { Region } from './region.js'
import type { Death } from './worker-handle.js'

/**
 * Decides which ranks work on which region. Regions start in the order of their calls: `spmd` when all its ranks are free, the others as
 * soon as one is; ranks that become free join a region that has chunks left. Runs on the parent's event loop only.
 */
export class Dispatcher {
  readonly #control: Control
  readonly #crew: Crew
  readonly #waiting: Region[] = []
  readonly #slots: (Region | undefined)[]
  /** The region that each rank was posted to and has not left. */
  readonly #busy: (Region | undefined)[]
  readonly #onIdle: () => void
  #sequence = 0

  constructor(control: Control, crew: Crew, onIdle: () => void) {
    this.#control = control
    this.#crew = crew
    this.#onIdle = onIdle
    this.#slots = new Array(control.layout.slots).fill(undefined)
    this.#busy = new Array(control.layout.size).fill(undefined)
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#slots.every((region) => region === undefined)
  }

  submit(region: Region): void {
    this.#waiting.push(region)
    this.dispatch()
  }

  /** The doorbell rang: somebody left a region, or completed one. */
  onRing(): void {
    this.#collectLeavers()
    this.#settle()
    this.dispatch()
  }

  /** A worker ended. What it was working on fails; the others see the cancel word, and leave. */
  onDeath(rank: number, death: Death): void {
    const region = this.#busy[rank]
    if (region !== undefined) {
      const seat = region.inside.get(rank) ?? -1
      region.fail(this.#deathError(rank, death, region), 'death', seat)
      this.#release(rank, region)
    }
    this.onRing()
  }

  /** Gives up on a region, queued or running. */
  cancel(region: Region, reason: unknown): void {
    region.fail(reason)
    const at = this.#waiting.indexOf(region)
    if (at !== -1) {
      this.#waiting.splice(at, 1)
      region.settle()
      if (this.isIdle) this.#onIdle()
      return
    }
    this.onRing()
  }

  /** Settles everything with an error, without waiting for anybody: the workers are about to be killed. */
  abandon(reason: unknown): void {
    for (const region of [...this.#waiting.splice(0), ...this.#slots.splice(0)]) {
      region?.fail(reason)
      region?.settle()
    }
  }

  dispatch(): void {
    do {
      let free = this.#freeRanks()
      for (const region of this.#slots) {
        while (free.length > 0 && region?.canBeJoined && this.#join(region, free[0]!)) free = free.slice(1)
      }
      for (let region = this.#waiting[0]; region !== undefined; region = this.#waiting[0]) {
        const slot = this.#slots.indexOf(undefined)
        const wanted = region.isSpmd ? region.spec.width : 1
        if (slot === -1 || free.length < wanted) break
        this.#waiting.shift()
        const ranks = free.slice(0, region.spec.width)
        free = free.slice(ranks.length)
        this.#begin(region, slot, ranks)
      }
      const wanted = this.#waiting.length > 0 || this.#slots.some((region) => region?.canBeJoined)
      Atomics.store(this.#control.words, Header.wanted, wanted ? 1 : 0)
      // Who left before `wanted` was stored has not rung for it: look again after the store.
      if (!wanted) return
    } while (this.#collectLeavers())
  }

  /** Whether anybody has left since the last look. */
  #collectLeavers(): boolean {
    const { words, layout } = this.#control
    let found = false
    for (const [rank, region] of this.#busy.entries()) {
      if (region === undefined || Atomics.load(words, layout.rank(rank) + Rank.left) !== region.sequence) continue
      this.#release(rank, region)
      found = true
    }
    return found
  }

  #begin(region: Region, slot: number, ranks: readonly number[]): void {
    this.#sequence = (this.#sequence + 1) | 0 || 1
    this.#slots[slot] = region
    try {
      region.begin(this.#control, slot, this.#sequence)
      for (const rank of ranks) this.#equip(rank, region)
    } catch (error) {
      region.fail(error)
      this.#settle()
      return
    }
    region.joinAll(ranks)
    for (const rank of ranks) {
      this.#busy[rank] = region
      this.#crew.post(rank, slot, region.inside.get(rank)!)
    }
  }

  #join(region: Region, rank: number): boolean {
    this.#equip(rank, region)
    const seat = region.join(rank)
    if (seat === undefined) return false
    this.#busy[rank] = region
    this.#crew.post(rank, region.slot, seat)
    return true
  }

  #equip(rank: number, region: Region): void {
    this.#crew.attach(rank, region.segments)
    this.#crew.introduce(rank, region.kernels)
  }

  #release(rank: number, region: Region): void {
    this.#busy[rank] = undefined
    region.inside.delete(rank)
  }

  #settle(): void {
    for (const [slot, region] of this.#slots.entries()) {
      if (!region?.isOver) continue
      region.settle()
      // The slot is used again only when nobody is inside: the last one out may have completed the region while others were still leaving.
      if (region.inside.size === 0) this.#slots[slot] = undefined
    }
    if (this.isIdle) this.#onIdle()
  }

  #freeRanks(): number[] {
    const free: number[] = []
    for (let rank = 0; rank < this.#busy.length; rank++) if (this.#busy[rank] === undefined && this.#crew.isThere(rank)) free.push(rank)
    return free
  }

  #deathError(rank: number, death: Death, region: Region): ShoalError {
    const who = death.pid === undefined ? `Worker ${rank} (a thread)` : `Worker ${rank} (process ${death.pid})`
    const claim = this.#crew.lastClaim(rank)
    const range = claim && region.spec.opened?.rangeOf(claim.position, claim.position + 1)
    const where =
      range === undefined ? 'in a region' : `on [${range.start}, ${range.end})${range.path === undefined ? '' : ` of ${range.path}`}`
    return new ShoalError('SHOAL_REGION_WORKER_DIED', `${who} ${death.how} while it worked ${where}: the region can not be completed`, {
      rank,
      cause: death.cause,
      ...(range && { range }),
    })
  }
}
