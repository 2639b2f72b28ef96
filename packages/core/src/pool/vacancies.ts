import { Region } from './region.js'
import type { Task } from './task.js'

/** Where calls could begin: ranks that have nothing to do, and slots for regions. */
export interface Vacancies {
  readonly hasSlot: boolean
  has(rank: number): boolean
  /** The first ranks of them, `most` at most. */
  ranks(most: number): readonly number[]
}

/** What decides when a task can begin. */
export type TaskPlace = Pick<Task, 'rank' | 'priority'>

/** The ranks on which a call could begin; undefined when it has to wait. `spmd` needs all of its ranks at once, everything else one. */
export function ranksFor(work: Region | TaskPlace, vacancies: Vacancies): readonly number[] | undefined {
  if (!(work instanceof Region)) {
    if (work.rank !== undefined) return vacancies.has(work.rank) ? [work.rank] : undefined
    const ranks = vacancies.ranks(1)
    return ranks.length === 1 ? ranks : undefined
  }
  if (!vacancies.hasSlot) return undefined
  const { width } = work.spec
  const ranks = vacancies.ranks(width)
  return ranks.length < (work.isSpmd ? width : 1) ? undefined : ranks
}

/** Vacancies that are given out to see how far they go. */
export class Forecast implements Vacancies {
  #ranks: readonly number[]
  #slots: number

  constructor(ranks: readonly number[], slots: number) {
    this.#ranks = ranks
    this.#slots = slots
  }

  get hasSlot(): boolean {
    return this.#slots > 0
  }

  has(rank: number): boolean {
    return this.#ranks.includes(rank)
  }

  ranks(most: number): readonly number[] {
    return this.#ranks.slice(0, most)
  }

  /** Whether the call begins: others do not get what it got, then. */
  begins(work: Region | TaskPlace): boolean {
    const taken = ranksFor(work, this)
    if (taken === undefined) return false
    this.#ranks = this.#ranks.filter((rank) => !taken.includes(rank))
    if (work instanceof Region) this.#slots--
    return true
  }
}
