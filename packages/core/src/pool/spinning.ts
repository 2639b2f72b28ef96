import { allowedCpus } from '@shoal/native'
import { usableCpus } from '../memory/index.js'
import { type Control, Header } from '../protocol/index.js'
import type { ResolvedPoolOptions } from './options.js'

/** About what waking a parked member costs: spinning longer than that does not pay after a short region. */
const SPIN_NS = 50_000
/**
 * A region that lasts milliseconds has mostly displaced what the parent needs from the caches: it begins the next one a quarter of a
 * millisecond later. Members spin for that long then, but for no more than a share of what the region took.
 */
const LONGEST_SPIN_NS = 300_000
const SHARE_OF_REGION = 0.1

/** How long the members, and who waits for them, spin. It helps only while every rank that spins has a CPU. */
export class Spinning {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #options: Pick<ResolvedPoolOptions, 'affinity' | 'workers'>
  #counted: number | undefined

  constructor({ words }: Control, options: Pick<ResolvedPoolOptions, 'affinity' | 'workers'>) {
    this.#words = words
    this.#options = options
  }

  /** How many CPUs the ranks have. Ranks that share a CPU count as having one: they would spin against each other. */
  #cpus(): number {
    if (this.#counted === undefined) {
      const { affinity, workers } = this.#options
      const sharesCpus = new Set(affinity?.flat()).size < workers
      this.#counted = affinity !== undefined && sharesCpus ? 1 : usableCpus()
    }
    return this.#counted
  }

  /**
   * Whether this thread has a CPU beside those of the workers. Where it has none at first sight, they are not counted: that takes a millisecond
   * or two, of which the workers that are starting would get so much less.
   */
  get hasCpuToSpare(): boolean {
    const { workers } = this.#options
    return allowedCpus().length > workers && this.#cpus() > workers
  }

  /**
   * For a region in which at most `ranks` spin, and `others` beside them: with one spinner more than CPUs the ranks have to yield. The region
   * before took `lastMs`.
   */
  prepare(ranks: number, others: number, lastMs = 0): void {
    const longSpinNs = Math.min(LONGEST_SPIN_NS, Math.round(lastMs * 1e6 * SHARE_OF_REGION))
    this.#set(Header.yields, ranks + others > this.#cpus() ? 1 : 0)
    this.#set(Header.spinNs, ranks <= this.#cpus() ? Math.max(SPIN_NS, longSpinNs) : 0)
  }

  /** Members read the line after every region: it stays in their caches while nothing changes. */
  #set(word: number, value: number): void {
    if (this.#words[word] !== value) this.#words[word] = value
  }

  get spinNs(): number {
    return this.#words[Header.spinNs]!
  }
}
