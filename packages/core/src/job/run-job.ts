import { performance } from 'node:perf_hooks'
import { type Backend, createPool, moduleKernel, type Pool, type Progress } from '../pool/index.js'
import { definitionOf, type Job } from './define-job.js'
import type { AnyJobDefinition } from './job-definition.js'
import type { RunJobOptions } from './run-options.js'

type Kernels = { chunk: (chunk: unknown, ...args: unknown[]) => unknown; combine: (a: unknown, b: unknown) => unknown }

/**
 * Runs a job and returns what its `finish` makes of the total. Without `pool`, one is created for this run.
 *
 * @throws what `createPool` and `forChunks` throw; what a kernel throws, of the lowest failing chunk.
 * @example const report = await runJob(job, { params: { file: 'big.log' }, workers: 4 })
 */
export async function runJob<P, F>(job: Job<P, F>, options: RunJobOptions<P>): Promise<F> {
  const start = performance.now()
  const {
    params,
    url,
    signal,
    pool: given,
    onProgress,
    onReport,
    workers,
    backend,
  } = options as RunJobOptions<P> & { workers?: number; backend?: Backend; pool?: Pool }
  const definition = definitionOf(job)
  const context = { outputs: {}, previous: undefined }
  const source = definition.input!(params, context)
  const poolOptions = { ...(workers !== undefined && { workers }), ...(backend !== undefined && { backend }) }
  const pool = given ?? (await createPool({ ...poolOptions, name: definition.name }))
  try {
    let progress: Progress | undefined
    const { chunk, combine } = kernelsOf(definition, url)
    const total = await pool.forChunks(source, chunk, {
      combine,
      args: [params, context],
      onProgress: (now) => {
        progress = now
        onProgress?.({
          ...now,
          stage: 0,
          stages: 1,
          totalChunks: now.chunks,
          counts: 'elements',
          resumed: 0,
          skipped: 0,
          memoryBytes: 0,
        })
      },
      ...(signal && { signal }),
    })
    const result = definition.finish!(total, params, context)
    onReport?.({
      backend: pool.backend,
      workers: pool.size,
      elapsedMs: performance.now() - start,
      rows: definition.rows?.(total),
      bytes: byteLength(source, progress),
    })
    return result as F
  } finally {
    // Nothing is running any more, or what is running has failed: no reason to wait for it.
    if (pool !== given) await pool.destroy()
  }
}

function kernelsOf(definition: AnyJobDefinition, url = definition.url): Kernels {
  if (url === undefined) return definition as unknown as Kernels
  const kernel = (name: string) => moduleKernel(url, ['default', name])
  return { chunk: kernel('chunk'), combine: kernel('combine') } as unknown as Kernels
}

/** Files do not know their length before they are opened, and count progress in bytes. */
function byteLength(source: unknown, progress: Progress | undefined): number | undefined {
  if (ArrayBuffer.isView(source)) return source.byteLength
  return (source as { length?: number }).length === undefined ? (progress?.total ?? 0) : undefined
}
