import type { Pool } from '../pool/index.js'
import type { InputFile } from '../source/index.js'
import { now } from '../sync/index.js'
import type { ChunkTiming, JobEvent, JobProgress, JobRange, JobRecording, JobSample, StageRecording } from './job-events.js'
import { memoryBytes } from './memory-bytes.js'

const EVERY_MS = 100
const MAX_SAMPLES = 2000
/** Before anything is done there is nothing to tell of, for so long. */
const QUIET_MS = 1000

/** The stage that runs, as progress tells of it. */
export interface StageFacts {
  readonly stage: number
  readonly stages: number
  readonly name: string | undefined
  readonly kind: 'chunks' | 'program'
  readonly total: number
  readonly totalChunks: number
  readonly counts: JobProgress['counts']
  /** What an earlier run had done. */
  readonly resumed: number
  readonly resumedChunks: number
  readonly inputs: readonly InputFile[]
  readonly outputs: readonly string[]
}

export interface RecorderOptions {
  readonly startedAt: number
  readonly origin: number
  readonly onEvent: ((event: JobEvent) => void) | undefined
  readonly onProgress: ((progress: JobProgress) => void) | undefined
}

/** Tells of a run as it happens, and keeps what its report is drawn from. */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #stages: StageRecording[] = []
  readonly #skipped: JobRange[] = []
  #samples: JobSample[] = []
  #sampleEveryMs = EVERY_MS
  #sampledAt = Number.NEGATIVE_INFINITY
  #toldAt = Number.NEGATIVE_INFINITY
  #facts: StageFacts | undefined
  #stageStart = 0
  #extent = 0
  #chunks = 0
  #stageRetries = 0
  retries = 0

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** Milliseconds since the run was called. */
  get elapsedMs(): number {
    return now() - this.#options.origin
  }

  event(event: JobEvent): void {
    this.#options.onEvent?.(event)
  }

  beginStage(facts: StageFacts): void {
    const { stage, name, kind, totalChunks: chunks, total, inputs, outputs } = facts
    this.#facts = facts
    this.#stageStart = this.elapsedMs
    this.#extent = 0
    this.#chunks = 0
    this.#stageRetries = 0
    this.event({ type: 'stage', stage, name, kind, chunks, total, inputs, outputs })
    this.#sample(this.#measure())
  }

  /** What this run has done of the stage. */
  progress({ extent, chunks, retries }: { extent: number; chunks: number; retries: number }): void {
    this.#extent = extent
    this.#chunks = chunks
    this.#stageRetries = retries
    const isSome = extent > 0 || this.elapsedMs - this.#stageStart >= QUIET_MS
    if (isSome && now() - this.#toldAt >= EVERY_MS) this.#tell()
  }

  skipped(range: JobRange, error: unknown): void {
    this.#skipped.push(range)
    this.event({ type: 'skipped', stage: this.#facts!.stage, range, error })
  }

  endStage(): void {
    const { name, kind, totalChunks: chunks, resumedChunks, total, counts } = this.#facts!
    this.retries += this.#stageRetries
    this.#stageRetries = 0
    this.#tell()
    this.#stages.push({ name, kind, startMs: this.#stageStart, endMs: this.elapsedMs, chunks, resumedChunks, total, counts })
  }

  #tell(): void {
    this.#toldAt = now()
    const progress = this.#measure()
    this.#sample(progress)
    this.#options.onProgress?.(progress)
    this.event({ type: 'progress', ...progress })
  }

  #measure(): JobProgress {
    const { stage, stages, total, totalChunks, counts, resumed, resumedChunks } = this.#facts!
    return {
      done: counts === 'steps' ? this.#extent : Math.min(total, resumed + this.#extent),
      total,
      chunks: Math.min(totalChunks, resumedChunks + this.#chunks),
      retries: this.retries + this.#stageRetries,
      elapsedMs: this.elapsedMs - this.#stageStart,
      stage,
      stages,
      totalChunks,
      counts,
      resumed,
      skipped: this.#skipped.length,
      memoryBytes: memoryBytes(),
    }
  }

  #sample({ done, stage, memoryBytes }: JobProgress): void {
    const atMs = this.elapsedMs
    if (atMs - this.#sampledAt < this.#sampleEveryMs) return
    this.#sampledAt = atMs
    this.#samples.push({ atMs, stage, done, memoryBytes })
    if (this.#samples.length < MAX_SAMPLES) return
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0)
    this.#sampleEveryMs *= 2
  }

  /** `pool`: one that keeps a trace, made `poolOrigin` milliseconds after the run was called. */
  recording(facts: Pick<JobRecording, 'job' | 'version' | 'params'>, traced: { pool: Pool; origin: number } | undefined): JobRecording {
    return {
      ...facts,
      startedAt: this.#options.startedAt,
      elapsedMs: this.elapsedMs,
      stages: this.#stages,
      retries: this.retries,
      skipped: this.#skipped,
      samples: this.#samples,
      timings: traced === undefined ? [] : this.#timings(traced.pool, traced.origin),
      trace: traced?.pool.trace(),
    }
  }

  #timings(pool: Pool, origin: number): ChunkTiming[] {
    const timings: ChunkTiming[] = []
    for (const { cat, ts, dur = 0, tid, args } of pool.trace().traceEvents) {
      if (cat !== 'chunks') continue
      const startMs = origin + ts / 1000
      const { first, end } = args as { first: number; end: number }
      const stage = this.#stages.findLastIndex(({ startMs: begun }) => begun <= startMs)
      timings.push({ rank: tid - 1, stage: Math.max(0, stage), first, end, startMs, endMs: startMs + dur / 1000 })
    }
    return timings
  }
}
