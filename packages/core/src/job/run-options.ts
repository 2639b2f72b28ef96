import type { Affinity, Backend, Pool } from '../pool/index.js'
import type { Schedule } from '../schedule/index.js'
import type { JobEvent, JobProgress, JobReport } from './job-events.js'

/** Where a job runs: on a pool of yours, which has its workers, or on one that is made for this run. */
export type JobWorkers =
  | { readonly pool: Pool }
  | { readonly pool?: never; readonly workers?: number; readonly backend?: Backend; readonly affinity?: Affinity }

/** The parameters of a run, and how and where it runs. */
export type RunJobOptions<P> = {
  readonly params: P
  /** Where workers import the job from when its definition does not say: the URL of the file whose default export it is. */
  readonly url?: string
  /** How inputs are cut: see `RegionOptions`. */
  readonly schedule?: Schedule
  readonly chunkLength?: number
  readonly unit?: number
  /** Folder of the checkpoint; made when it is not there. One job a folder. */
  readonly checkpoint?: string
  /**
   * What becomes of a checkpoint that is there. `'auto'` (default): continued, and refused when it is of another job, version, parameters or
   * inputs, or was cut in another way. `true`: the same, and refused when there is none. `false`: discarded.
   */
  readonly resume?: 'auto' | boolean
  /** How often what is done is made safe from power loss, in milliseconds. Default 1,000. A run that is killed loses at most as much. */
  readonly checkpointMs?: number
  /** Inputs are told by their content, which is read first, instead of by their time of change. */
  readonly hashInputs?: boolean
  /**
   * How often a chunk that ends its worker is tried again, and a program that has a checkpoint is continued from there. Default 0. Chunks of the
   * job's own files are put back before; what else a chunk has changed is not. Errors that kernels throw are not retried.
   */
  readonly retries?: number
  /** Ends the run with `SHOAL_JOB_TIMEOUT` when it takes longer. What is done stays in the checkpoint. */
  readonly timeoutMs?: number
  /** Ends the run with `SHOAL_JOB_MEMORY` when its processes occupy more beside mapped files. What is done stays in the checkpoint. */
  readonly maxMemoryBytes?: number
  /** `'skip'` leaves out records for which `chunk` throws, and writes them to the file `quarantine`. Default `'fail'`. */
  readonly onError?: 'fail' | 'skip'
  /** A JSON object a line: where the record is, its error, its text or bytes. Required with `'skip'`, and refused without. */
  readonly quarantine?: string
  /** Records when each worker ran which chunks, for the report. Refused with a pool of yours, which has an option of its own. */
  readonly trace?: boolean
  /**
   * Interrupts the run: no chunk begins any more, those that are running are finished, the checkpoint is written, and the call rejects with
   * `SHOAL_JOB_INTERRUPTED`, whose `cause` is the signal's reason.
   */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: JobProgress) => void
  readonly onEvent?: (event: JobEvent) => void
  /** Called once, after `finish`. */
  readonly onReport?: (report: JobReport) => void
} & JobWorkers
