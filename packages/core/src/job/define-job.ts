import { expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { announce } from '../protocol/index.js'
import type { Chunk, ChunkOf, Cuttable } from '../source/index.js'
import type {
  AnyJobDefinition,
  AnyStage,
  ChunkStage,
  InPlaceStage,
  JobBasics,
  NoOutputs,
  PassedOn,
  ProgramStage,
  RecordsStage,
  Stage,
} from './job-definition.js'
import type { RecordsOutput, RecordsWritten } from './outputs.js'

declare const jobTypes: unique symbol

/** A job as `defineJob` returns it: the default export of a job file, run by `runJob` or `shoal run`. */
export interface Job<P, F> {
  readonly name: string
  readonly [jobTypes]?: { readonly params: (params: P) => void; readonly result: F }
}

const brand = Symbol.for('shoal.Job')

type Records = RecordsOutput | undefined

/**
 * Defines a batch job: chunks whose results are combined, chunks that write into files, chunks that return the bytes of a file, a program of
 * supersteps, or two to four of these one after the other.
 *
 * @throws TypeError when a part is missing, of the wrong type, or one that goes with none of the others.
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
export function defineJob<P, S extends Cuttable, R, F, O = NoOutputs, C extends Chunk = Chunk & ChunkOf<S>>(
  definition: JobBasics<P, O> & ChunkStage<P, S, C, R, F, O>,
): Job<P, F>
export function defineJob<P, S extends Cuttable, F = RecordsWritten, O = NoOutputs, C extends Chunk = Chunk & ChunkOf<S>>(
  definition: JobBasics<P, O> & RecordsStage<P, S, C, F, O>,
): Job<P, F>
export function defineJob<P, S extends Cuttable, F = undefined, O = NoOutputs, C extends Chunk = Chunk & ChunkOf<S>>(
  definition: JobBasics<P, O> & InPlaceStage<P, S, C, F, O>,
): Job<P, F>
export function defineJob<P, R, F, O = NoOutputs>(definition: JobBasics<P, O> & ProgramStage<P, R, F, O>): Job<P, F>
export function defineJob<
  P,
  S1 extends Cuttable,
  S2 extends Cuttable,
  R1,
  R2,
  W1 extends Records = undefined,
  W2 extends Records = undefined,
  F1 = PassedOn<W1>,
  F2 = PassedOn<W2>,
  O = NoOutputs,
  C1 extends Chunk = Chunk & ChunkOf<S1>,
  C2 extends Chunk = Chunk & ChunkOf<S2>,
>(
  definition: JobBasics<P, O> & {
    readonly stages: readonly [Stage<P, S1, C1, R1, W1, F1, O, undefined>, Stage<P, S2, C2, R2, W2, F2, O, NoInfer<Awaited<F1>>>]
  },
): Job<P, F2>
export function defineJob<
  P,
  S1 extends Cuttable,
  S2 extends Cuttable,
  S3 extends Cuttable,
  R1,
  R2,
  R3,
  W1 extends Records = undefined,
  W2 extends Records = undefined,
  W3 extends Records = undefined,
  F1 = PassedOn<W1>,
  F2 = PassedOn<W2>,
  F3 = PassedOn<W3>,
  O = NoOutputs,
  C1 extends Chunk = Chunk & ChunkOf<S1>,
  C2 extends Chunk = Chunk & ChunkOf<S2>,
  C3 extends Chunk = Chunk & ChunkOf<S3>,
>(
  definition: JobBasics<P, O> & {
    readonly stages: readonly [
      Stage<P, S1, C1, R1, W1, F1, O, undefined>,
      Stage<P, S2, C2, R2, W2, F2, O, NoInfer<Awaited<F1>>>,
      Stage<P, S3, C3, R3, W3, F3, O, NoInfer<Awaited<F2>>>,
    ]
  },
): Job<P, F3>
export function defineJob<
  P,
  S1 extends Cuttable,
  S2 extends Cuttable,
  S3 extends Cuttable,
  S4 extends Cuttable,
  R1,
  R2,
  R3,
  R4,
  W1 extends Records = undefined,
  W2 extends Records = undefined,
  W3 extends Records = undefined,
  W4 extends Records = undefined,
  F1 = PassedOn<W1>,
  F2 = PassedOn<W2>,
  F3 = PassedOn<W3>,
  F4 = PassedOn<W4>,
  O = NoOutputs,
  C1 extends Chunk = Chunk & ChunkOf<S1>,
  C2 extends Chunk = Chunk & ChunkOf<S2>,
  C3 extends Chunk = Chunk & ChunkOf<S3>,
  C4 extends Chunk = Chunk & ChunkOf<S4>,
>(
  definition: JobBasics<P, O> & {
    readonly stages: readonly [
      Stage<P, S1, C1, R1, W1, F1, O, undefined>,
      Stage<P, S2, C2, R2, W2, F2, O, NoInfer<Awaited<F1>>>,
      Stage<P, S3, C3, R3, W3, F3, O, NoInfer<Awaited<F2>>>,
      Stage<P, S4, C4, R4, W4, F4, O, NoInfer<Awaited<F3>>>,
    ]
  },
): Job<P, F4>
export function defineJob(definition: object): Job<never, unknown> {
  requireOptions(definition, 'definition')
  const job = definition as AnyJobDefinition
  requireType(job.name, 'name', 'string')
  if (job.name === '') throw expectedRange('name', 'a string that is not empty', job.name)
  if (job.outputs !== undefined) requireType(job.outputs, 'outputs', 'function')
  if (job.url !== undefined) requireType(job.url, 'url', 'string')
  if (job.params !== undefined && typeof job.params?.['~standard']?.validate !== 'function')
    throw expectedType('params', 'a Standard Schema', job.params)
  if (job.version !== undefined && typeof job.version !== 'string' && typeof job.version !== 'number')
    throw expectedType('version', 'a string or a number', job.version)
  if (job.stages === undefined) checkStage(job, job, '')
  else {
    if (!Array.isArray(job.stages)) throw expectedType('stages', 'an array', job.stages)
    if (job.stages.length === 0) throw expectedRange('stages', 'an array of one stage or more', job.stages)
    refuseBeside('stages', job, ['program', 'input', 'output', 'chunk', 'combine', 'finish', 'rows'], '')
    for (const [index, stage] of job.stages.entries()) checkStage(stage, job, `stages[${index}].`)
  }
  const made = Object.freeze({ ...job, [brand]: true })
  announce(jobKey(job.name), job.url, made)
  return made
}

/** What workers find a job under in its module, whether it is exported or not. */
export function jobKey(name: string): string {
  return `job ${name}`
}

/** Whether a value was made by `defineJob`, of this or another loaded copy of the library. */
export function isJob(value: unknown): value is Job<unknown, unknown> {
  return typeof value === 'object' && value !== null && brand in value
}

export function definitionOf(job: Job<never, unknown>): AnyJobDefinition {
  if (!isJob(job)) throw expectedType('job', 'a job made by defineJob()', job)
  return job as unknown as AnyJobDefinition
}

/** Results need to be combined, unless chunks write into files, or return the bytes of one. */
function checkStage(stage: AnyStage, job: AnyJobDefinition, prefix: string): void {
  if (stage !== job) {
    requireOptions(stage, prefix.slice(0, -1))
    refuseOfJob(stage, prefix)
  }
  const required = partsOf(stage, job.outputs !== undefined || stage.output !== undefined)
  for (const part of required) requireType(stage[part], prefix + part, 'function')
  for (const part of ['output', 'combine', 'finish', 'rows'] as const) {
    if (stage[part] !== undefined) requireType(stage[part], prefix + part, 'function')
  }
  if (stage.name !== undefined) requireType(stage.name, `${prefix}name`, 'string')
  if (stage.program !== undefined) refuseBeside('program', stage, ['input', 'output', 'chunk', 'combine'], prefix)
  if (stage.output !== undefined) refuseBeside('output', stage, ['combine'], prefix)
}

/** Nobody would look at them. */
function refuseOfJob(stage: Partial<AnyJobDefinition>, prefix: string): void {
  for (const part of ['params', 'outputs', 'url', 'version', 'stages'] as const)
    if (stage[part] !== undefined) throw expectedType(prefix + part, 'nothing (give it to the job, not to a stage)', stage[part])
}

/** Nobody would call them. */
function refuseBeside(what: string, stage: AnyStage, parts: readonly Exclude<keyof AnyStage, 'name'>[], prefix: string): void {
  for (const part of parts) if (stage[part] !== undefined) throw expectedType(prefix + part, `nothing beside ${what}`, stage[part])
}

function partsOf(stage: AnyStage, hasFiles: boolean): readonly ('program' | 'input' | 'chunk' | 'combine' | 'finish')[] {
  if (stage.program !== undefined) return ['program', 'finish']
  return hasFiles ? ['input', 'chunk'] : ['input', 'chunk', 'combine', 'finish']
}

function requireType(value: unknown, name: string, type: 'string' | 'function'): void {
  if (typeof value !== type) throw expectedType(name, `a ${type}`, value)
}
