import type { JobEvent, JobRange } from '@shoal/core/job'
import { tell } from '../write.js'
import { ProgressBar } from './progress-bar.js'
import { counted } from './progress-facts.js'
import { ProgressLines } from './progress-lines.js'
import type { ProgressView } from './progress-view.js'
import type { Reporter, ReporterOptions } from './reporter.js'
import { summaryLine } from './summary-line.js'

/** For people: a bar on a terminal or a line now and then, a line for what is remarkable, one at the end. */
export function textReporter({ quiet, verbose, progressMs }: ReporterOptions): Reporter {
  const view = quiet === true ? undefined : progressView(progressMs ?? 0)
  let workers: number | undefined
  let totals = { retries: 0, skipped: 0 }
  /** A line of its own, above the bar. */
  const note = (text: string) => {
    if (quiet === true) return
    view?.stop()
    void tell(`${text}\n`)
  }
  return {
    progress: (jobName, progress) => view?.update(jobName, progress, workers),
    event: (jobName, event) => {
      if (event.type === 'started') workers = event.workers
      if (event.type === 'finished') totals = { retries: event.recording.retries, skipped: event.recording.skipped.length }
      const text = textOf(event)
      if (text !== undefined) note(`${jobName}: ${text}`)
    },
    summary: async (jobName, report) => {
      if (quiet !== true) await tell(`${summaryLine(jobName, report, totals)}\n`)
    },
    interrupting: (signal) => {
      const again = signal === 'SIGINT' ? 'Ctrl-C' : signal
      note(`${signal}: finishing what runs; ${again} again ends at once`)
    },
    interrupted: ({ signal, checkpoint, resume }) => {
      const kept =
        checkpoint === undefined ? 'nothing is kept without --checkpoint' : `what is done is in ${checkpoint}. Continue with\n  ${resume}`
      return tell(`shoal: interrupted by ${signal}: ${kept}\n`)
    },
    failure: ({ message, stack }) => tell(`shoal: ${message}\n${verbose === true ? `${stack}\n` : ''}`),
    close: () => view?.stop(),
  }
}

function progressView(intervalMs: number): ProgressView {
  // A dumb terminal would show what moves the cursor.
  if (process.stderr.isTTY && process.env.TERM !== 'dumb') return new ProgressBar(process.stderr)
  return new ProgressLines(intervalMs)
}

/** What a person wants to know at once. */
function textOf(event: JobEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return event.resumed && `continues from ${event.checkpoint}, where ${counted(event.resumed.chunks, 'chunk')} are done`
    case 'retried':
      return `${rangeText(event.range)} is done again (attempt ${event.attempt}): ${messageOf(event.error)}`
    case 'skipped':
      return `${rangeText(event.range)} is skipped: ${messageOf(event.error)}`
    default:
      return undefined
  }
}

function rangeText({ start, end, path }: JobRange): string {
  return path === undefined ? `${start} to ${end}` : `${path}, bytes ${start} to ${end}`
}

function messageOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown }
  return String(message ?? error).split('\n')[0]!
}
