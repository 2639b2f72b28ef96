import { expectedType } from '../errors/index.js'
import type { Chunk, Source } from '../source/index.js'
import type { StandardSchemaLike } from './standard-schema.js'

/** A batch job: where its input comes from, what is done with every chunk, and what becomes of the results. */
export interface JobDefinition<P, C extends Chunk, R, F> {
  readonly name: string
  /** `import.meta.url` of the job file, whose default export the job is: workers import it, so that kernels may use its imports. */
  readonly url?: string
  /** Names, types and defaults of the parameters, in any Standard Schema library. From the shell every value comes as a string. */
  readonly params?: StandardSchemaLike<P>
  readonly input: (params: P) => Source<C>
  /** Runs in a worker, once a chunk; an empty input is one empty chunk. */
  readonly chunk: (chunk: C, params: P) => R
  /** Runs in workers on the results of neighbouring chunks, in order: associative; may change and return `a`. */
  readonly combine: (a: R, b: R) => R
  /** Makes the job's result, in the calling process. */
  readonly finish: (total: R, params: P) => F
  /** How many rows went into `total`, for the runner's summary. */
  readonly rows?: (total: R) => number
}

declare const jobTypes: unique symbol

/** A job as `defineJob` returns it: the default export of a job file, run by `runJob` or `shoal run`. */
export interface Job<P, F> {
  readonly name: string
  readonly [jobTypes]?: { readonly params: (params: P) => void; readonly result: F }
}

/** A definition whose types are the job's own business. */
export type AnyJobDefinition = JobDefinition<unknown, Chunk, unknown, unknown>

const brand = Symbol.for('shoal.Job')

/**
 * Defines a batch job.
 *
 * @throws TypeError when a part is missing or of the wrong type.
 * @example
 * export default defineJob({
 *   name: 'long-lines',
 *   params: v.object({ file: v.string() }),
 *   input: ({ file }) => textRecords(file),
 *   chunk: (chunk) => { let n = 0; for (const line of chunk.lines()) if (line.length > 80) n++; return n },
 *   combine: (a, b) => a + b,
 *   finish: (n) => `${n} long lines`,
 * })
 */
export function defineJob<P, C extends Chunk, R, F>(definition: JobDefinition<P, C, R, F>): Job<P, F> {
  requireType(definition, 'definition', 'object')
  requireType(definition.name, 'name', 'string')
  for (const part of ['input', 'chunk', 'combine', 'finish'] as const) requireType(definition[part], part, 'function')
  if (definition.rows !== undefined) requireType(definition.rows, 'rows', 'function')
  if (definition.url !== undefined) requireType(definition.url, 'url', 'string')
  if (definition.params !== undefined) requireType(definition.params['~standard']?.validate, 'params', 'function', 'a Standard Schema')
  return Object.freeze({ ...definition, [brand]: true })
}

/** Whether a value was made by `defineJob`, of this or another loaded copy of the library. */
export function isJob(value: unknown): value is Job<unknown, unknown> {
  return typeof value === 'object' && value !== null && brand in value
}

export function definitionOf(job: Job<never, unknown>): AnyJobDefinition {
  if (!isJob(job)) throw expectedType('job', 'a job made by defineJob()', job)
  return job as unknown as AnyJobDefinition
}

function requireType(value: unknown, name: string, type: string, expected = `a ${type}`): void {
  const actual = value === null ? 'null' : typeof value
  if (actual !== type) throw expectedType(name, expected, value)
}
