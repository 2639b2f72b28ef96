import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkRunOptions,
  type Job,
  type JobRecording,
  type JobReport,
  parseParams,
  planJob,
  type RunJobOptions,
  runJob,
} from '@shoal/core/job'
import { describeFailure } from '../failure.js'
import { jsonText } from '../text/json.js'
import { UsageError } from '../usage-error.js'
import { tolerateClosedReader, write } from '../write.js'
import { checkRecords, checkStage } from './check-records.js'
import { collectParams } from './collect-params.js'
import { exitCodeOf, Interruption } from './interruption.js'
import { loadJob } from './load-job.js'
import { planText } from './plan-text.js'
import { createReporter, type Reporter } from './reporter.js'
import { resumeCommand } from './resume-command.js'
import type { RunFlags } from './run-options.js'
import { resolveSettings, type Settings } from './settings.js'
import { writeRecords } from './write-records.js'

type AnyJob = Job<unknown, unknown>
type JobOptions = RunJobOptions<unknown>

/** Runs a job file and returns the exit code. */
export async function run(jobFile: string, args: readonly string[], flags: RunFlags): Promise<number> {
  // Jobs may write there, too.
  for (const stream of [process.stdout, process.stderr]) tolerateClosedReader(stream)
  const settings = await resolveSettings(flags)
  const reporter = createReporter(settings)
  using interruption = new Interruption(reporter.interrupting, reporter.close)
  try {
    const { job, url } = await loadJob(jobFile)
    const params = await parseParams(job, await collectParams(job, args, settings.named, settings.configured))
    const options: JobOptions = { ...jobOptions(job, settings), params, url, signal: interruption.signal }
    checkOptions(job, options)
    if (settings.dryRun) return await printPlan(job, options, settings)
    checkRecords(jobFile, { ...settings, params, quarantine: options.quarantine })
    const { result, report, recording } = await runReporting(job, options, settings, reporter)
    reporter.close()
    await write(process.stdout, textOf(result))
    if (report !== undefined) await reporter.summary(job.name, report)
    if (report !== undefined && recording !== undefined) await writeRecords(settings, recording, report)
    return 0
  } catch (error) {
    reporter.close()
    return interruption.explains(error) ? await tellInterruption(interruption.by!, settings, reporter) : await tellFailure(error, reporter)
  }
}

function jobOptions(job: AnyJob, settings: Settings): Omit<JobOptions, 'params' | 'pool'> {
  const { configured, named, dryRun, progressMs, report, trace, json, quiet, verbose, resume = 'auto', quarantine, ...options } = settings
  return {
    ...options,
    resume,
    trace: report !== undefined || trace !== undefined,
    ...(options.onError === 'skip' && { quarantine: quarantine ?? `${job.name.replaceAll('/', '-')}.quarantine.jsonl` }),
  }
}

/** What the library would refuse: the command line, its configuration or the environment is wrong, and not the job. */
function checkOptions(job: AnyJob, options: JobOptions): void {
  try {
    checkRunOptions(job, options)
  } catch (error) {
    throw error instanceof TypeError || error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error
  }
}

interface Finished {
  readonly result: unknown
  readonly report: JobReport | undefined
  readonly recording: JobRecording | undefined
}

async function runReporting(job: AnyJob, options: JobOptions, settings: Settings, reporter: Reporter): Promise<Finished> {
  let report: JobReport | undefined
  let recording: JobRecording | undefined
  const result = await runJob(job, {
    ...options,
    onProgress: (progress) => reporter.progress(job.name, progress),
    onEvent: (event) => {
      if (event.type === 'finished') recording = event.recording
      if (event.type === 'stage') checkStage(settings, event)
      reporter.event(job.name, event)
    },
    onReport: (given) => {
      report = given
    },
  })
  return { result, report, recording }
}

async function printPlan(job: AnyJob, options: JobOptions, { json }: Settings): Promise<number> {
  const plan = await planJob(job, options)
  await write(process.stdout, json === true ? `${JSON.stringify(plan)}\n` : planText(plan))
  return 0
}

async function tellInterruption(signal: NodeJS.Signals, { checkpoint }: Settings, reporter: Reporter): Promise<number> {
  const exitCode = exitCodeOf(signal)
  const resume = checkpoint === undefined ? undefined : resumeCommand(existsSync(join(checkpoint, 'journal')))
  await reporter.interrupted({ signal, exitCode, checkpoint, resume })
  return exitCode
}

async function tellFailure(error: unknown, reporter: Reporter): Promise<number> {
  const failure = await describeFailure(error)
  await reporter.failure(failure)
  return failure.exitCode
}

/** Strings as they are, everything else as JSON. */
function textOf(result: unknown): string {
  try {
    const text = typeof result === 'string' ? result : jsonText(result)
    return text === undefined ? '' : `${text}\n`
  } catch (cause) {
    throw new Error(`the job is done, but its result cannot be printed as JSON: ${(cause as Error).message}`, { cause })
  }
}
