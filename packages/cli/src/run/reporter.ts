import type { JobEvent, JobProgress, JobReport } from '@shoal/core/job'
import type { Failure } from '../failure.js'
import { jsonReporter } from './json-reporter.js'
import { textReporter } from './text-reporter.js'

/** Tells on stderr how a run goes. */
export interface Reporter {
  progress(jobName: string, progress: JobProgress): void
  event(jobName: string, event: JobEvent): void
  summary(jobName: string, report: JobReport): Promise<void>
  /** The run was asked to stop, and will when its chunks are finished. */
  interrupting(signal: NodeJS.Signals): void
  interrupted(interrupted: Interrupted): Promise<void>
  failure(failure: Failure): Promise<void>
  /** Leaves the terminal as it was. */
  close(): void
}

export interface Interrupted {
  readonly signal: NodeJS.Signals
  readonly exitCode: number
  /** Where what is done is kept, and the command that continues it: undefined without a checkpoint. */
  readonly checkpoint: string | undefined
  readonly resume: string | undefined
}

export interface ReporterOptions {
  readonly quiet?: boolean
  readonly json?: boolean
  readonly verbose?: boolean
  readonly progressMs?: number
}

export function createReporter(options: ReporterOptions): Reporter {
  return options.json === true ? jsonReporter(options) : textReporter(options)
}
