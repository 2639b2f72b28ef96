import type { WriteStream } from 'node:tty'
import type { JobProgress } from '@shoal/core/job'
import { type Options, type Params, Presets, SingleBar } from 'cli-progress'
import { progressFacts, progressName } from './progress-facts.js'
import type { ProgressView } from './progress-view.js'

/** A progress bar on a terminal that is gone without a trace when it stops. */
export class ProgressBar implements ProgressView {
  readonly #bar: SingleBar
  #started = false

  constructor(stream: WriteStream) {
    // The bar's own handling of signals would keep the process from ending.
    const options: Options = { format, stream, clearOnComplete: true, hideCursor: true, gracefulExit: false, barsize: barLength }
    this.#bar = new SingleBar(options, Presets.shades_classic)
  }

  update(jobName: string, progress: JobProgress, workers: number | undefined): void {
    const { done, total } = progress
    const payload = { name: progressName(jobName, progress), facts: progressFacts(progress, workers) }
    if (this.#started) {
      this.#bar.setTotal(total)
      this.#bar.update(done, payload)
      return
    }
    this.#started = true
    this.#bar.start(total, done, payload)
  }

  stop(): void {
    if (this.#started) this.#bar.stop()
    this.#started = false
  }
}

const barLength = 24

interface Payload {
  readonly name: string
  readonly facts: string
}

/** No bar where the end is not known. */
function format(
  { barCompleteString = '', barIncompleteString = '' }: Options,
  { progress, total }: Params,
  { name, facts }: Payload,
): string {
  if (total === 0) return `${name} | ${facts}`
  const complete = Math.round(progress * barLength)
  const bar = barCompleteString.slice(0, complete) + barIncompleteString.slice(0, barLength - complete)
  return `${name} ${bar} ${Math.floor(progress * 100)} % | ${facts}`
}
