import { chunkLengthOf, type Reduction, reduceAlone, type Stretch } from '../kernels/index.js'
import type { SharedView, TypedArray } from '../memory/index.js'
import type { Pool, RegionOptions } from '../pool/index.js'
import { inWorkers } from './in-workers.js'
import { type AlgorithmOptions, checkOptions, reportDone } from './options.js'

type Kernel<A extends readonly unknown[], R> = (stretch: Stretch<TypedArray>, ...args: A) => R

/** Reduces `source` on the workers of `pool`; a single chunk here, where it takes less time than to ask them. */
export async function reduceOn<P, A extends readonly unknown[]>(
  pool: Pool,
  source: SharedView,
  reduction: Reduction<P, A>,
  args: A,
  options: AlgorithmOptions,
): Promise<P> {
  pool.checkOpen()
  checkOptions(options)
  const chunkLength = chunkLengthOf(source)
  if (source.length <= chunkLength) return alone(source, options, () => reduceAlone(source, reduction, args))
  const { kernel, combine } = reduction
  return pool.forChunks(source, inWorkers(kernel) as never, {
    ...regionOptions(options, chunkLength),
    retry: 'idempotent',
    args,
    combine: inWorkers(combine) as never,
  }) as Promise<P>
}

/** Calls `kernel` for every chunk of `source`, which it changes, or makes `args` of; alone as above. */
export async function eachOn<A extends readonly unknown[]>(
  pool: Pool,
  source: SharedView,
  kernel: Kernel<A, void>,
  args: A,
  options: AlgorithmOptions,
  retry: 'never' | 'idempotent' | 'preimage',
): Promise<void> {
  pool.checkOpen()
  checkOptions(options)
  const chunkLength = chunkLengthOf(source)
  if (source.length <= chunkLength) return alone(source, options, () => eachAlone(source, kernel, args))
  await pool.forChunks(source, inWorkers(kernel) as never, { ...regionOptions(options, chunkLength), retry, args })
}

export function eachAlone<A extends readonly unknown[]>(source: TypedArray, kernel: Kernel<A, void>, args: A): void {
  kernel({ source, start: 0, end: source.length }, ...args)
}

function alone<R>({ length }: TypedArray, options: AlgorithmOptions, work: () => R): R {
  if (options.onProgress === undefined) return work()
  const startedAt = performance.now()
  const result = work()
  reportDone(options, length, startedAt)
  return result
}

/** Only what is given: an option that is undefined is no option. */
function regionOptions({ signal, timeoutMs, onProgress, width }: AlgorithmOptions, chunkLength: number): RegionOptions {
  const options: RegionOptions = { schedule: 'dynamic', chunkLength }
  if (signal !== undefined) options.signal = signal
  if (timeoutMs !== undefined) options.timeoutMs = timeoutMs
  if (onProgress !== undefined) options.onProgress = onProgress
  if (width !== undefined) options.width = width
  return options
}
