import { usableCpus } from '../memory/index.js'
import { type Control, Header } from '../protocol/index.js'
import type { ResolvedPoolOptions } from './options.js'

/** About what waking a parked member costs: spinning longer than that does not pay. */
const SPIN_NS = 50_000

/** How long the members, and who waits for them, spin. It helps only while every rank that spins has a CPU. */
export class Spinning {
  readonly #words: Int32Array<SharedArrayBuffer>
  #cpus = 1

  constructor({ words }: Control) {
    this.#words = words
  }

  /** How many CPUs the ranks have. */
  get cpus(): number {
    return this.#cpus
  }

  /** Ranks that share a CPU count as having one: they would spin against each other. */
  countCpus({ affinity, workers }: ResolvedPoolOptions): void {
    const sharesCpus = new Set(affinity?.flat()).size < workers
    this.#cpus = affinity !== undefined && sharesCpus ? 1 : usableCpus()
  }

  /** For a region in which at most `ranks` spin, and `others` beside them: with one spinner more than CPUs the ranks have to yield. */
  prepare(ranks: number, others: number): void {
    this.#words[Header.yields] = ranks + others > this.#cpus ? 1 : 0
    this.#words[Header.spinNs] = ranks <= this.#cpus ? SPIN_NS : 0
  }

  get spinNs(): number {
    return this.#words[Header.spinNs]!
  }
}
