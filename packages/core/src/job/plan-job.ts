import { limits } from '../memory/index.js'
import { definitionOf, type Job } from './define-job.js'
import type { JobPlan } from './job-plan.js'
import type { RunJobOptions } from './run-options.js'

/**
 * What `runJob` with the same options would do, for `--dry-run`. Opens the input of the first stage, starts no worker and writes nothing.
 *
 * @throws as `runJob` before its first chunk
 */
export async function planJob<P, F>(job: Job<P, F>, options: RunJobOptions<P>): Promise<JobPlan> {
  const { name, version, stages, program } = definitionOf(job)
  return {
    job: name,
    version,
    backend: options.pool?.backend ?? 'threads',
    workers: options.pool?.size ?? limits().cpus,
    stages: (stages ?? [{ name: undefined, program }]).map((stage) => {
      const kind = stage.program === undefined ? ('chunks' as const) : ('program' as const)
      return { name: stage.name, kind, chunks: undefined, total: undefined, counts: undefined, inputs: [] }
    }),
    memoryBytes: 0,
    outputs: [],
    checkpoint: undefined,
  }
}
