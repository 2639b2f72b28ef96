import type { Context } from '../pool/index.js'
import type { Chunk, Cuttable, Source } from '../source/index.js'
import type { FileOutputs, OutputSegments, RecordsOutput, RecordsWritten } from './outputs.js'
import type { StandardSchemaLike } from './standard-schema.js'

/** Of a job that has no files. */
export type NoOutputs = Record<never, never>

/** What the functions of a job get besides their input and the parameters. */
export interface JobContext<O = NoOutputs, V = undefined> {
  /** The job's files, by name: see `fileOutput`. */
  readonly outputs: OutputSegments<O>
  /** What the stage before has made; undefined in the first. */
  readonly previous: V
}

/** What every job has. */
export interface JobBasics<P, O = NoOutputs> {
  readonly name: string
  /** `import.meta.url` of the job file: workers import it, so that kernels may use its imports. Job files run by `shoal run` need none. */
  readonly url?: string
  /** What a checkpoint of another version is not continued as: change it when kernels change their meaning. */
  readonly version?: string | number
  /**
   * Names, types and defaults of the parameters, in any Standard Schema library. From the shell values come as texts, which become numbers,
   * booleans and lists where the library tells its types as JSON Schema.
   */
  readonly params?: StandardSchemaLike<P>
  /** Files that chunks or the program write into. */
  readonly outputs?: (params: P) => O
}

/** Chunks whose results are combined to one. */
export interface ChunkStage<P, S extends Cuttable, C extends Chunk, R, F, O = NoOutputs, V = undefined> {
  readonly input: (params: P, job: JobContext<O, V>) => S
  /** Runs in a worker, once a chunk; an empty input is one empty chunk. */
  readonly chunk: (chunk: C, params: P, job: JobContext<O, V>) => R
  /** Runs on the results of neighbouring chunks, in order: associative; may change and return `a`. */
  readonly combine: (a: R, b: R) => R
  /** Makes the result, in the calling process; awaited where it is async. */
  readonly finish: (total: R, params: P, job: JobContext<O, V>) => F
  /** How many rows went into `total`, for the runner's summary. */
  readonly rows?: (total: R) => number
}

/** Chunks that only write into the job's files. */
export interface InPlaceStage<P, S extends Cuttable, C extends Chunk, F, O = NoOutputs, V = undefined> {
  readonly input: (params: P, job: JobContext<O, V>) => S
  readonly chunk: (chunk: C, params: P, job: JobContext<O, V>) => undefined
  readonly combine?: undefined
  readonly finish?: (total: undefined, params: P, job: JobContext<O, V>) => F
}

/** Chunks that return bytes for one file, which has them in the order of the chunks. */
export interface RecordsStage<P, S extends Cuttable, C extends Chunk, F, O = NoOutputs, V = undefined> {
  readonly input: (params: P, job: JobContext<O, V>) => S
  readonly output: (params: P, job: JobContext<O, V>) => RecordsOutput
  readonly chunk: (chunk: C, params: P, job: JobContext<O, V>) => string | Uint8Array
  readonly combine?: undefined
  readonly finish?: (written: RecordsWritten, params: P, job: JobContext<O, V>) => F
}

/** What the kernel of a `program` job gets: an `spmd` context that can be continued. */
export interface ProgramContext extends Context {
  /** What this rank gave to `checkpoint` last, when an earlier run of the job was stopped after it; else undefined. A copy. */
  readonly state: unknown
  /**
   * Saves where this rank is, for a run that continues: a collective, called between supersteps. `state` is copied, shared views with their
   * content; functions are called when it is saved. Costs next to nothing without a checkpoint, and is saved at most as often as the run
   * says.
   * @returns whether it was saved
   */
  checkpoint(state: unknown): boolean
}

/** One call of `program` on every worker, all at once. */
export interface ProgramStage<P, R, F, O = NoOutputs, V = undefined> {
  readonly program: (context: ProgramContext, params: P, job: JobContext<O, V>) => R
  /** Gets what each rank returned, by rank. */
  readonly finish: (results: R[], params: P, job: JobContext<O, V>) => F
}

/** What a stage with chunks passes on that has no `finish`; `W` is its `recordsOutput`. */
export type PassedOn<W> = W extends RecordsOutput ? RecordsWritten : undefined

/**
 * Chunks of whatever kind, where several stages are declared together: types then come from one place for all kinds. `W` is the stage's `recordsOutput`,
 * undefined without.
 */
export interface StagedChunks<P, S extends Cuttable, C extends Chunk, R, W, F, O, V> {
  readonly name?: string
  readonly program?: undefined
  readonly input: (params: P, job: JobContext<O, V>) => S
  readonly output?: (params: P, job: JobContext<O, V>) => W
  readonly chunk: (chunk: C, params: P, job: JobContext<O, V>) => R
  readonly combine?: (a: R, b: R) => R
  readonly finish?: (total: W extends RecordsOutput ? RecordsWritten : R, params: P, job: JobContext<O, V>) => F
  readonly rows?: (total: R) => number
}

export interface StagedProgram<P, R, F, O, V> extends ProgramStage<P, R, F, O, V> {
  readonly name?: string
  readonly input?: undefined
}

/** One of several stages; `V` is what the one before has made. */
export type Stage<P, S extends Cuttable, C extends Chunk, R, W, F, O, V> =
  | StagedChunks<P, S, C, R, W, F, O, V>
  | StagedProgram<P, R, F, O, V>

/** A job of one stage whose chunks are combined. */
export type JobDefinition<P, C extends Chunk, R, F> = JobBasics<P> & ChunkStage<P, Source<C>, C, R, F>

/** A stage, whatever its kind: what the runner sees. */
export interface AnyStage {
  readonly name?: string
  readonly input?: (params: unknown, job: JobContext<FileOutputs, unknown>) => Cuttable
  readonly output?: (params: unknown, job: JobContext<FileOutputs, unknown>) => RecordsOutput
  readonly chunk?: (...args: never[]) => unknown
  readonly program?: (...args: never[]) => unknown
  readonly combine?: (a: unknown, b: unknown) => unknown
  readonly finish?: (total: unknown, params: unknown, job: JobContext<FileOutputs, unknown>) => unknown
  readonly rows?: (total: unknown) => number
}

/** A definition whose types are the job's own business: one stage, or several. */
export interface AnyJobDefinition extends JobBasics<unknown, FileOutputs>, AnyStage {
  readonly name: string
  readonly stages?: readonly AnyStage[]
}
