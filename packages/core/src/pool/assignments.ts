import type { Crew } from './crew.js'
import { NOBODY } from './insiders.js'
import { Region } from './region.js'
import type { Task } from './task.js'

/** What each rank was given and has not finished. */
export class Assignments {
  readonly #crew: Crew
  readonly #works: (Region | Task | undefined)[]

  constructor(size: number, crew: Crew) {
    this.#crew = crew
    this.#works = new Array(size).fill(undefined)
  }

  get isEmpty(): boolean {
    for (let rank = 0; rank < this.#works.length; rank++) if (this.#works[rank] !== undefined) return false
    return true
  }

  of(rank: number): Region | Task | undefined {
    return this.#works[rank]
  }

  /** -1 for none. */
  rankOf(work: Region | Task): number {
    return this.#works.indexOf(work)
  }

  give(rank: number, work: Region | Task): void {
    this.#works[rank] = work
  }

  /** The rank has nothing to do any more; returns what it had. */
  take(rank: number): Region | Task | undefined {
    const work = this.#works[rank]
    this.#works[rank] = undefined
    return work
  }

  takeAll(): (Region | Task | undefined)[] {
    const works = [...this.#works]
    this.#works.fill(undefined)
    return works
  }

  /** Takes regions from the ranks that have left them. Whether anybody has since the last look. */
  collectLeavers(): boolean {
    let found = false
    for (let rank = 0; rank < this.#works.length; rank++) {
      const work = this.#works[rank]
      if (!(work instanceof Region) || !work.hasLeft(rank)) continue
      this.#works[rank] = undefined
      work.leave(rank)
      found = true
    }
    return found
  }

  /** Whether the rank could be given something. Its life is asked for only here: of no more ranks than are wanted. */
  isFree(rank: number): boolean {
    return this.#works[rank] === undefined && this.#crew.isThere(rank)
  }

  /** `reserved`, if there is one, and the first ranks beside it that could be given something, until these are `most`. */
  freeRanks(most: number, reserved = NOBODY): number[] {
    // Of its full length at once: what grows by pushing is copied on the way.
    const ranks: number[] = new Array(most)
    let count = 0
    if (reserved !== NOBODY) ranks[count++] = reserved
    for (let rank = 0; rank < this.#works.length && count < most; rank++) if (rank !== reserved && this.isFree(rank)) ranks[count++] = rank
    if (count < most) ranks.length = count
    return ranks
  }

  /** Ranks that could be given something, or are about to: their worker is being replaced, or on its way out of a region that is over. */
  get freeSoon(): number[] {
    const free: number[] = []
    for (let rank = 0; rank < this.#works.length; rank++) {
      const work = this.#works[rank]
      if (work === undefined || (work instanceof Region && work.isOver)) free.push(rank)
    }
    return free
  }
}
