import type { Progress } from '@shoal/core'
import type { JobReport } from '@shoal/core/job'
import type { Failure } from '../failure.js'
import { tell } from '../write.js'
import { ProgressBar } from './progress-bar.js'
import { summaryLine } from './summary-line.js'

/** Tells on stderr how a run goes. */
export interface Reporter {
  progress(jobName: string, progress: Progress): void
  summary(jobName: string, report: JobReport): Promise<void>
  failure(failure: Failure): Promise<void>
  /** Leaves the terminal as it was. */
  close(): void
}

export interface ReporterOptions {
  readonly quiet?: true
  readonly json?: true
  readonly verbose?: true
}

export function createReporter(options: ReporterOptions): Reporter {
  return options.json === true ? jsonReporter(options) : textReporter(options)
}

function textReporter({ quiet, verbose }: ReporterOptions): Reporter {
  const bar = process.stderr.isTTY && quiet !== true ? new ProgressBar(process.stderr) : undefined
  return {
    progress: (jobName, progress) => bar?.update(jobName, progress),
    summary: async (jobName, report) => {
      if (quiet !== true) await tell(`${summaryLine(jobName, report)}\n`)
    },
    failure: ({ message, stack }) => tell(`shoal: ${message}\n${verbose === true ? `${stack}\n` : ''}`),
    close: () => bar?.stop(),
  }
}

function jsonReporter({ quiet, verbose }: ReporterOptions): Reporter {
  const event = (type: string, facts: object) => tell(`${JSON.stringify({ event: type, ...facts })}\n`)
  return {
    progress: (job, progress) => {
      if (quiet !== true) void event('progress', { job, ...progress })
    },
    summary: async (job, report) => {
      if (quiet !== true) await event('summary', { job, ...report })
    },
    failure: ({ stack, ...failure }) => event('error', verbose === true ? { ...failure, stack } : failure),
    close: () => {},
  }
}
