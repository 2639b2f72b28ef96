import { performance } from 'node:perf_hooks'
import { createPool, moduleKernel, type Pool, type Progress } from '../pool/index.js'
import type { Source } from '../source/index.js'
import { type AnyJobDefinition, definitionOf, type Job } from './define-job.js'

/** What a run measured, for whoever shows it. */
export interface JobReport {
  readonly backend: 'threads' | 'processes'
  readonly workers: number
  /** From the call of `runJob` to the result, the start of the pool included. */
  readonly elapsedMs: number
  /** As the job's `rows` counts them. */
  readonly rows: number | undefined
  /** Bytes of the input, where it is made of bytes. */
  readonly bytes: number | undefined
}

export type RunJobOptions<P> = {
  readonly params: P
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Called once, after `finish`. */
  readonly onReport?: (report: JobReport) => void
  /** Where workers import the job from when its definition does not say: the URL of the file whose default export it is. */
  readonly url?: string
} & ({ readonly pool: Pool } | { readonly workers?: number; readonly backend?: 'threads' | 'processes'; readonly pool?: never })

/**
 * Runs a job and returns what its `finish` makes of the total. Without `pool`, one is created for this run.
 *
 * @throws what `createPool` and `forChunks` throw; what a kernel throws, of the lowest failing chunk.
 * @example const report = await runJob(job, { params: { file: 'big.log' }, workers: 4 })
 */
export async function runJob<P, F>(job: Job<P, F>, options: RunJobOptions<P>): Promise<F> {
  const start = performance.now()
  const { params, url, signal, pool: given, onProgress, onReport, ...poolOptions } = options
  const definition = definitionOf(job)
  const source = definition.input(params)
  const pool = given ?? (await createPool({ ...poolOptions, name: definition.name }))
  try {
    let progress: Progress | undefined
    const { chunk, combine } = kernelsOf(definition, url)
    const total = await pool.forChunks(source, chunk, {
      combine,
      args: [params],
      onProgress: (now) => {
        progress = now
        onProgress?.(now)
      },
      ...(signal && { signal }),
    })
    const result = definition.finish(total, params)
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

function kernelsOf(definition: AnyJobDefinition, url = definition.url): Pick<AnyJobDefinition, 'chunk' | 'combine'> {
  if (url === undefined) return definition
  return { chunk: moduleKernel(url, ['default', 'chunk']), combine: moduleKernel(url, ['default', 'combine']) }
}

/** Files do not know their length before they are opened, and count progress in bytes. */
function byteLength(source: Source | ArrayBufferView, progress: Progress | undefined): number | undefined {
  if (ArrayBuffer.isView(source)) return source.byteLength
  return source.length === undefined ? (progress?.total ?? 0) : undefined
}
