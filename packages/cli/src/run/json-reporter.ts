import type { JobEvent } from '@shoal/core/job'
import { jsonText } from '../text/json.js'
import { tell } from '../write.js'
import type { Reporter, ReporterOptions } from './reporter.js'

/** One JSON object a line; with `quiet` only how it ended. */
export function jsonReporter({ quiet, verbose }: ReporterOptions): Reporter {
  const tellEvent = (event: string, facts: object) => tell(`${jsonText({ event, ...facts })}\n`)
  const tellUnlessQuiet = async (event: string, facts: object) => {
    if (quiet !== true) await tellEvent(event, facts)
  }
  let totals = { retries: 0, skipped: 0 }
  return {
    progress: (job, progress) => void tellUnlessQuiet('progress', { job, ...progress }),
    event: (job, event) => {
      if (event.type === 'finished') totals = { retries: event.recording.retries, skipped: event.recording.skipped.length }
      // The last two are told as progress and summary.
      if (event.type !== 'progress' && event.type !== 'finished') void tellUnlessQuiet(event.type, { job, ...factsOf(event) })
    },
    summary: (job, report) => tellUnlessQuiet('summary', { job, ...report, ...totals }),
    interrupting: (signal) => void tellUnlessQuiet('interrupting', { signal }),
    interrupted: (interrupted) => tellEvent('interrupted', interrupted),
    failure: ({ stack, ...failure }) => tellEvent('error', verbose === true ? { ...failure, stack } : failure),
    close: () => {},
  }
}

/** JSON says nothing of an error's message. */
function factsOf({ type, ...facts }: JobEvent): object {
  if (!('error' in facts)) return facts
  const { message, code } = Object(facts.error) as { message?: unknown; code?: unknown }
  return { ...facts, error: { message, code } }
}
