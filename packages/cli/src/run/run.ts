import { constants } from 'node:os'
import { type JobReport, parseParams, runJob } from '@shoal/core/job'
import { describeFailure } from '../failure.js'
import { write } from '../write.js'
import { collectParams } from './collect-params.js'
import { loadJob } from './load-job.js'
import { createReporter, type Reporter } from './reporter.js'

export interface RunOptions {
  readonly param: readonly [string, string][]
  readonly workers?: number
  readonly backend?: 'threads' | 'processes'
  readonly quiet?: true
  readonly json?: true
  readonly verbose?: true
}

/** Runs a job file and returns the exit code. */
export async function run(jobFile: string, args: readonly string[], options: RunOptions): Promise<number> {
  const reporter = createReporter(options)
  const release = endOnSignals(reporter)
  try {
    const { job, url } = await loadJob(jobFile)
    const params = await parseParams(job, collectParams(job, args, options.param))
    const { workers, backend } = options
    let report: JobReport | undefined
    const result = await runJob(job, {
      params,
      url,
      ...(workers !== undefined && { workers }),
      ...(backend !== undefined && { backend }),
      onProgress: (progress) => reporter.progress(job.name, progress),
      onReport: (given) => {
        report = given
      },
    })
    reporter.close()
    await write(process.stdout, textOf(result))
    if (report !== undefined) await reporter.summary(job.name, report)
    return 0
  } catch (error) {
    reporter.close()
    const failure = await describeFailure(error)
    await reporter.failure(failure)
    return failure.exitCode
  } finally {
    release()
  }
}

/** Strings as they are, everything else as JSON. */
function textOf(result: unknown): string {
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  return text === undefined ? '' : `${text}\n`
}

/** Ends at once: threads end with the process, and forked workers die with their parent. */
function endOnSignals(reporter: Reporter): () => void {
  const end = (signal: NodeJS.Signals) => {
    reporter.close()
    process.exit(128 + constants.signals[signal])
  }
  process.on('SIGINT', end).on('SIGTERM', end)
  return () => process.off('SIGINT', end).off('SIGTERM', end)
}
