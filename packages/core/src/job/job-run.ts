import { ShoalError } from '../errors/index.js'
import { createPool, type Pool, type PoolCalls } from '../pool/index.js'
import { now } from '../sync/index.js'
import type { AnyJobDefinition, AnyStage, JobContext } from './job-definition.js'
import type { JobEvent, JobProgress, JobReport } from './job-events.js'
import { JobFiles } from './job-files.js'
import { Checkpoint } from './journal/index.js'
import type { FileOutputs } from './outputs.js'
import { Recorder } from './recorder.js'
import type { ResolvedRunOptions } from './resolve-run-options.js'
import { RunControl } from './run-control.js'
import { runStage, type StageResult } from './run-stage.js'
import { watchRun } from './watch-run.js'

export interface JobListeners {
  readonly onEvent: ((event: JobEvent) => void) | undefined
  readonly onProgress: ((progress: JobProgress) => void) | undefined
  readonly onReport: ((report: JobReport) => void) | undefined
}

/** One run of a job, from its checkpoint and files to their names. */
export class JobRun {
  readonly definition: AnyJobDefinition
  readonly options: ResolvedRunOptions
  readonly control = new RunControl()
  readonly recorder: Recorder
  readonly #listeners: JobListeners
  readonly #startedAt = Date.now()
  readonly #origin = now()
  files!: JobFiles
  checkpoint: Checkpoint | undefined
  pool!: Pool
  /** Those of the pool, which waits for the job if it is closed meanwhile. */
  calls!: PoolCalls
  #poolOrigin = 0

  constructor(definition: AnyJobDefinition, options: ResolvedRunOptions, listeners: JobListeners) {
    this.definition = definition
    this.options = options
    this.#listeners = listeners
    const { onEvent, onProgress } = listeners
    this.recorder = new Recorder({ startedAt: this.#startedAt, origin: this.#origin, onEvent, onProgress })
  }

  get stages(): readonly AnyStage[] {
    return this.definition.stages ?? [this.definition]
  }

  async run(): Promise<unknown> {
    const release = watchRun(this.definition.name, this.options, this.control)
    try {
      this.control.throwIfStopped()
      await this.#openCheckpoint()
      this.files = await JobFiles.open(this)
      this.control.throwIfStopped()
      const { pool, poolOptions } = this.options
      this.#poolOrigin = this.recorder.elapsedMs
      this.pool = pool ?? (await createPool(poolOptions))
      this.#tellStarted()
      const result = await this.pool.together((calls) => {
        this.calls = calls
        return this.#runStages()
      })
      await this.#publish()
      this.#tellFinished(result)
      return result.value
    } catch (error) {
      throw await this.#explain(error)
    } finally {
      release()
      await this.#close()
    }
  }

  /** What the functions of a stage get. */
  contextOf(previous: unknown): JobContext<FileOutputs, unknown> {
    return { outputs: this.files.segments, previous }
  }

  async #openCheckpoint(): Promise<void> {
    const { checkpoint: folder, resume, checkpointMs: everyMs, params } = this.options
    if (folder === undefined) return
    const { name, version } = this.definition
    this.checkpoint = await Checkpoint.open({
      folder,
      resume,
      everyMs,
      onCommitted: (commit) => this.recorder.event({ type: 'checkpointed', ...commit }),
      onFailed: (error) => this.control.stop(error, 'hard'),
    })
    this.checkpoint.checkJob({ name, version, params })
  }

  async #runStages(): Promise<StageResult> {
    let result: StageResult = { value: undefined, rows: undefined, bytes: undefined }
    let { bytes } = result
    for (const index of this.stages.keys()) {
      this.control.throwIfStopped()
      result = await runStage(this, index, result.value)
      if (index === 0) bytes = result.bytes
    }
    return { ...result, bytes }
  }

  /** Files get their names together, when everything is done and safe. */
  async #publish(): Promise<void> {
    this.control.throwIfStopped()
    await this.checkpoint?.publishing()
    await this.files.publish()
    const checkpoint = this.checkpoint
    this.checkpoint = undefined
    await checkpoint?.remove()
  }

  #tellStarted(): void {
    const { name: job, version } = this.definition
    const { params, checkpoint } = this.options
    const { backend, size: workers } = this.pool
    const resumed = this.checkpoint?.found.reached
    this.recorder.event({ type: 'started', job, version, params, backend, workers, startedAt: this.#startedAt, checkpoint, resumed })
  }

  #tellFinished({ rows, bytes }: StageResult): void {
    const { onEvent, onReport } = this.#listeners
    const { backend, size: workers } = this.pool
    const report: JobReport = { backend, workers, elapsedMs: this.recorder.elapsedMs, rows, bytes }
    onReport?.(report)
    if (onEvent === undefined) return
    const { name: job, version } = this.definition
    const { params, pool, poolOptions } = this.options
    const traced = pool === undefined && poolOptions.trace === true ? { pool: this.pool, origin: this.#poolOrigin } : undefined
    onEvent({ type: 'finished', report, recording: this.recorder.recording({ job, version, params }, traced) })
  }

  /** What is done is committed, whatever has stopped the run; then the reason is the run's, not that of what it has torn down. */
  async #explain(error: unknown): Promise<unknown> {
    let reason = error
    try {
      this.control.throwIfStopped()
    } catch (stopped) {
      reason = stopped
    }
    try {
      await this.checkpoint?.flush()
    } catch (failure) {
      return reason instanceof ShoalError && reason.code === 'SHOAL_JOB_INTERRUPTED' ? failure : reason
    }
    if (!(reason instanceof ShoalError) || reason.code !== 'SHOAL_JOB_INTERRUPTED') return reason
    const kept =
      this.checkpoint === undefined ? 'nothing of it is kept' : `run it again with the checkpoint ${this.checkpoint.folder} to continue`
    return new ShoalError(reason.code, `${reason.message}: ${kept}`, { cause: reason.cause })
  }

  async #close(): Promise<void> {
    // Nothing is running any more, or what is running has failed: no reason to wait for it.
    if (this.pool !== undefined && this.pool !== this.options.pool) await this.pool.destroy()
    await this.files?.close(this.options.checkpoint === undefined)
    await this.checkpoint?.close()
  }
}
