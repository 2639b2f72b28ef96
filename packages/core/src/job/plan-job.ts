import { Segment } from '../memory/index.js'
import { open } from '../source/index.js'
import { definitionOf, type Job } from './define-job.js'
import type { AnyJobDefinition, AnyStage, JobContext } from './job-definition.js'
import type { JobPlan, StagePlan } from './job-plan.js'
import { cutDifferences, EarlierRun, identifyInputs, inputDifferences, Journal, jobDifferences, type StageRecord } from './journal/index.js'
import { memoryBytes } from './memory-bytes.js'
import { type FileOutputs, fileOutputsOf, recordsOutputOf } from './outputs.js'
import { type ResolvedRunOptions, resolveRunOptions } from './resolve-run-options.js'
import type { RunJobOptions } from './run-options.js'
import { cutOf } from './stage-cut.js'

/** What a worker occupies before it does anything, thread or process: 14 to 17 MiB, as measured. */
const WORKER_BYTES = 16 * 2 ** 20

/**
 * What `runJob` with the same options would do, for `--dry-run`. Opens the input of the first stage, starts no worker and writes nothing.
 *
 * @throws as `runJob` before its first chunk
 * @example
 * const { stages, checkpoint } = await planJob(job, { params: { file: 'big.log' }, checkpoint: 'state' })
 */
export async function planJob<P, F>(job: Job<P, F>, given: RunJobOptions<P>): Promise<JobPlan> {
  const definition = definitionOf(job)
  const options = resolveRunOptions(definition.name, given as RunJobOptions<never>)
  const { pool, params } = options
  const { backend, workers } = options.workers
  const outputs = Object.entries(fileOutputsOf(definition.outputs?.(params)))
  const files = outputs.map(([name, { path, byteLength }]) => {
    return { name, path, isOriginal: byteLength === undefined, segment: standIn(path, byteLength) }
  })
  const segments = Object.fromEntries(files.map(({ name, segment }) => [name, segment]))
  const context = { outputs: segments, previous: undefined } as JobContext<FileOutputs, unknown>
  const lengthOf = ({ path, segment }: { readonly path: string; readonly segment: Segment }) => ({ path, byteLength: segment.byteLength })
  try {
    const [first, ...later] = definition.stages ?? [definition]
    const found = new EarlierRun(options.checkpoint === undefined ? [] : await Journal.peek(options.checkpoint))
    // What is there is discarded, where it is not resumed.
    const resumed = options.resume === false ? new EarlierRun([]) : found
    const { plan, cut } = planStage(first!, context, options, workers, resumed.stage(0))
    const records = first!.output === undefined ? undefined : recordsOutputOf(first!.output(params, context))
    return {
      job: definition.name,
      version: definition.version,
      backend,
      workers,
      stages: [plan, ...later.map(unknownStage)],
      // A pool of the caller has its workers already.
      memoryBytes: memoryBytes() + (pool === undefined ? workers * WORKER_BYTES : 0),
      outputs: [...files.map(lengthOf), ...(records === undefined ? [] : [{ path: records.path, byteLength: undefined }])],
      checkpoint:
        options.checkpoint === undefined
          ? undefined
          : {
              path: options.checkpoint,
              found: found.reached,
              differences: await differencesOf(resumed, definition, options, cut, [
                ...plan.inputs,
                ...files.filter(({ isOriginal }) => isOriginal).map(lengthOf),
              ]),
            },
    }
  } finally {
    for (const { segment } of files) segment.close()
  }
}

/** In the place of a file that is not there yet, or that must not change. */
function standIn(path: string, byteLength: number | undefined): Segment {
  if (byteLength !== undefined) return Segment.create({ kind: 'anonymous', byteLength })
  return Segment.open({ kind: 'file', path, access: 'copyonwrite' })
}

function unknownStage({ name, program }: AnyStage): StagePlan {
  const kind = program === undefined ? 'chunks' : 'program'
  return { name, kind, chunks: undefined, total: undefined, counts: undefined, inputs: [] }
}

interface PlannedStage {
  readonly plan: StagePlan
  readonly cut: StageRecord['cut']
}

function planStage(
  stage: AnyStage,
  context: JobContext<FileOutputs, unknown>,
  options: ResolvedRunOptions,
  workers: number,
  begun: StageRecord | undefined,
): PlannedStage {
  if (stage.program !== undefined) return { plan: { ...unknownStage(stage), counts: 'steps' }, cut: { workers } }
  const width = (begun?.cut.width ?? workers) as number
  const opened = open(stage.input!(options.params, context), { ...options.cutting, width })
  try {
    const { cutting, total, files: inputs, data } = opened
    const counts = data.type === 'text' ? 'bytes' : 'elements'
    const plan: StagePlan = { name: stage.name, kind: 'chunks', chunks: cutting.count, total, counts, inputs }
    return { plan, cut: cutOf(options.cutting, opened, width) }
  } finally {
    opened.close()
  }
}

async function differencesOf(
  resumed: EarlierRun,
  { name, version }: AnyJobDefinition,
  { params, hashInputs }: ResolvedRunOptions,
  cut: StageRecord['cut'],
  inputs: StagePlan['inputs'],
): Promise<string[]> {
  if (resumed.job === undefined) return []
  const differences = jobDifferences(resumed.job, { name, version, params })
  const begun = resumed.stage(0)
  // What was worked on in place may have its new content already, where only names are missing.
  if (begun === undefined || resumed.isPublishing) return differences
  return [...differences, ...inputDifferences(begun.inputs, await identifyInputs(inputs, hashInputs)), ...cutDifferences(begun.cut, cut)]
}
