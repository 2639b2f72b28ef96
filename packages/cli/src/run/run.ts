import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type JobRecording, type JobReport, parseParams, planJob, type RunJobOptions, runJob } from '@shoal/core/job'
import { describeFailure } from '../failure.js'
import { UsageError } from '../usage-error.js'
import { write } from '../write.js'
import { collectParams } from './collect-params.js'
import { loadConfig } from './config.js'
import { exitCodeOf, Interruption } from './interruption.js'
import { loadJob } from './load-job.js'
import { planText } from './plan-text.js'
import { createReporter } from './reporter.js'
import { resumeCommand } from './resume-command.js'
import type { RunFlags } from './run-options.js'

/** Runs a job file and returns the exit code. */
export async function run(jobFile: string, args: readonly string[], flags: RunFlags): Promise<number> {
  let reporter = createReporter(flags)
  using interruption = new Interruption(() => reporter.close())
  let checkpoint = flags.checkpoint
  try {
    const { params: configured, ...config } = await loadConfig(flags.config)
    const { param, config: _, dryRun, fresh, ...options } = { ...config, ...flags }
    reporter = createReporter(options)
    checkpoint = options.checkpoint
    const { job, url } = await loadJob(jobFile)
    const params = await parseParams(job, await collectParams(job, args, param, configured))
    const { report: reportPath, trace: tracePath, json, quiet, verbose, resume, ...jobOptions } = options
    for (const path of [reportPath, tracePath]) if (path !== undefined) requireFolder(path)
    let report: JobReport | undefined
    let recording: JobRecording | undefined
    const runOptions: RunJobOptions<unknown> = {
      ...jobOptions,
      ...(options.onError === 'skip' && { quarantine: options.quarantine ?? `${job.name}.quarantine.jsonl` }),
      params,
      url,
      resume: fresh === true ? false : (resume ?? 'auto'),
      trace: reportPath !== undefined || tracePath !== undefined,
      signal: interruption.signal,
      onProgress: (progress) => reporter.progress(job.name, progress),
      onEvent: (event) => {
        if (event.type === 'finished') recording = event.recording
        reporter.event(job.name, event)
      },
      onReport: (given) => {
        report = given
      },
    }
    if (dryRun === true) {
      const plan = await planJob(job, runOptions)
      await write(process.stdout, json === true ? `${JSON.stringify(plan)}\n` : planText(plan))
      return 0
    }
    const result = await runJob(job, runOptions)
    reporter.close()
    await write(process.stdout, textOf(result))
    if (report !== undefined) await reporter.summary(job.name, report)
    if (recording !== undefined && tracePath !== undefined) writeFileSync(tracePath, JSON.stringify(recording.trace))
    if (recording !== undefined && report !== undefined && reportPath !== undefined) {
      const { writeReport } = await import('../report/write-report.js')
      writeReport(reportPath, recording, report)
    }
    return 0
  } catch (error) {
    reporter.close()
    if (interruption.by !== undefined) {
      const resume = checkpoint === undefined ? undefined : resumeCommand()
      const exitCode = exitCodeOf(interruption.by)
      await reporter.interrupted({ signal: interruption.by, exitCode, checkpoint, resume })
      return exitCode
    }
    const failure = await describeFailure(error)
    await reporter.failure(failure)
    return failure.exitCode
  }
}

/** Strings as they are, everything else as JSON. */
function textOf(result: unknown): string {
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  return text === undefined ? '' : `${text}\n`
}

/** Better to know before the run than after it. */
function requireFolder(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch {
    throw new UsageError(`expected a folder that can be written for ${path}`)
  }
}
