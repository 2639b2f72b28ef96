import type { JobProgress } from '@shoal/core/job'
import { tell } from '../write.js'
import { progressFacts, progressName } from './progress-facts.js'
import type { ProgressView } from './progress-view.js'

/** A line every few seconds, for logs: `count-bytes: 42 %, 1.2 GB/s, …`. Nothing from a run that is over before. */
export class ProgressLines implements ProgressView {
  readonly #intervalMs: number
  #lastMs = 0

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  update(jobName: string, progress: JobProgress, workers: number | undefined): void {
    const { done, total, elapsedMs } = progress
    if (elapsedMs - this.#lastMs < this.#intervalMs || done === total) return
    this.#lastMs = elapsedMs
    const percentage = total > 0 ? `${Math.floor((100 * done) / total)} %, ` : ''
    void tell(`${progressName(jobName, progress)}: ${percentage}${progressFacts(progress, workers)}\n`)
  }

  stop(): void {}
}
