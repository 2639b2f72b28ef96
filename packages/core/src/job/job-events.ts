import type { Backend, Progress, Trace } from '../pool/index.js'

/** How far a run is, about ten times a second and once at the end. */
export interface JobProgress extends Progress {
  /** Which stage runs, counted from 0, and of how many. `done`, `total`, the chunks and `elapsedMs` are those of the stage. */
  readonly stage: number
  readonly stages: number
  readonly totalChunks: number
  /** What `done` and `total` count. */
  readonly counts: 'bytes' | 'elements' | 'steps'
  /** How much of `done` an earlier run had done already: the rate is `(done - resumed) / elapsedMs`. */
  readonly resumed: number
  /** Records that were skipped so far. */
  readonly skipped: number
  /** What the job's processes occupy beside files: see `MemorySample`. */
  readonly memoryBytes: number
}

/** What a run does, as it happens. */
export type JobEvent =
  | ({ readonly type: 'started' } & JobStarted)
  | {
      readonly type: 'stage'
      readonly stage: number
      readonly name: string | undefined
      readonly kind: 'chunks' | 'program'
      readonly chunks: number
      readonly total: number
      /** The files that it reads. */
      readonly inputs: readonly { readonly path: string; readonly byteLength: number }[]
      /** The files that it may write, or earlier stages have written: they get their names when the job is done. */
      readonly outputs: readonly string[]
    }
  | ({ readonly type: 'progress' } & JobProgress)
  /** Work was begun again, after `error`. */
  | { readonly type: 'retried'; readonly stage: number; readonly range: JobRange; readonly attempt: number; readonly error: unknown }
  /** A bad record, or as little around it as could be told apart, was left out and written to the quarantine file. */
  | { readonly type: 'skipped'; readonly stage: number; readonly range: JobRange; readonly error: unknown }
  /** Everything up to here survives whatever happens: `chunks` of the stage, in a journal of `journalBytes`. */
  | {
      readonly type: 'checkpointed'
      readonly stage: number
      readonly chunks: number
      readonly journalBytes: number
      readonly elapsedMs: number
    }
  | { readonly type: 'finished'; readonly report: JobReport; readonly recording: JobRecording }

/** A run that begins. */
export interface JobStarted {
  readonly job: string
  readonly version: string | number | undefined
  readonly params: unknown
  readonly backend: Backend
  readonly workers: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly checkpoint: string | undefined
  /** What an earlier run has left to continue from; undefined when there is nothing. */
  readonly resumed: { readonly stage: number; readonly chunks: number } | undefined
}

/** Elements, or bytes of the file `path`. */
export interface JobRange {
  readonly start: number
  readonly end: number
  readonly path?: string
}

/** What a run measured, for whoever shows it. */
export interface JobReport {
  readonly backend: Backend
  readonly workers: number
  /** From the call of `runJob` to the result, the start of the pool included. */
  readonly elapsedMs: number
  /** As the job's `rows` counts them. */
  readonly rows: number | undefined
  /** Bytes of the input, where it is made of bytes. */
  readonly bytes: number | undefined
}

/** What the report of a run is drawn from. */
export interface JobRecording {
  readonly job: string
  readonly version: string | number | undefined
  readonly params: unknown
  /** Epoch milliseconds; all times below are milliseconds after it. */
  readonly startedAt: number
  readonly elapsedMs: number
  readonly stages: readonly StageRecording[]
  readonly retries: number
  /** Ranges that were skipped, in the order in which it happened. */
  readonly skipped: readonly JobRange[]
  /** Throughput and memory over time, about ten samples a second at first, fewer in long runs: never more than 2,000. */
  readonly samples: readonly JobSample[]
  /** With `trace`: how long each run of chunks took that a worker claimed at once; the newest 65,536 a worker. */
  readonly timings: readonly ChunkTiming[]
  /** With `trace`: for ui.perfetto.dev. */
  readonly trace: Trace | undefined
}

/** What a stage did; milliseconds since the run began. */
export interface StageRecording {
  readonly name: string | undefined
  readonly kind: 'chunks' | 'program'
  readonly startMs: number
  readonly endMs: number
  readonly chunks: number
  readonly resumedChunks: number
  readonly total: number
  readonly counts: JobProgress['counts']
}

/** How far a run was at one moment; milliseconds since it began. */
export interface JobSample {
  readonly atMs: number
  readonly stage: number
  /** Within the stage, as in `JobProgress`. */
  readonly done: number
  readonly memoryBytes: number
}

/** When a worker did a run of chunks; milliseconds since the run began. */
export interface ChunkTiming {
  readonly rank: number
  readonly stage: number
  /** Chunks `[first, end)` of the stage. */
  readonly first: number
  readonly end: number
  readonly startMs: number
  readonly endMs: number
}
