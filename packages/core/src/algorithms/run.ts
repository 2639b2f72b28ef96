import { chunkLengthOf, type Reduction, reduceAlone, type Stretch } from '../kernels/index.js'
import type { SharedView, TypedArray } from '../memory/index.js'
import { Pool, type PoolCalls, type RegionOptions } from '../pool/index.js'
import { now } from '../sync/index.js'
import { checkShared, checkView } from './check-view.js'
import { inWorkers } from './in-workers.js'
import { type AlgorithmOptions, checkOptions, givenOptions, reportDone } from './options.js'

type Kernel<A extends readonly unknown[]> = (stretch: Stretch<TypedArray>, ...args: A) => void

/** The arguments of an algorithm: in its form without a pool the pool is left out, not given as undefined. */
export function withPool(args: readonly unknown[]): [pool: Pool | undefined, ...rest: unknown[]] {
  return args[0] instanceof Pool ? (args as [Pool, ...unknown[]]) : [undefined, ...args]
}

/** The two forms of a reduction of one view: with a pool a promise, without the value. */
export function reduceView<O extends AlgorithmOptions>(
  pool: Pool | undefined,
  xs: unknown,
  options: unknown,
  reductionOf: (view: TypedArray, options: O) => Reduction,
): unknown {
  if (pool !== undefined) return reduceOn(pool, xs, options as O | undefined, reductionOf)
  const view = checkView('xs', xs)
  return reduceAlone(view, reductionOf(view, givenOptions<O>(options) as O))
}

/** Reduces `xs` on the workers of `pool`; a single chunk here, where it takes less time than to ask them. */
async function reduceOn<O extends AlgorithmOptions>(
  pool: Pool,
  xs: unknown,
  options: O = {} as O,
  reductionOf: (view: SharedView, options: O) => Reduction,
): Promise<unknown> {
  pool.checkOpen()
  const view = checkShared('xs', xs)
  checkOptions(options, pool)
  const reduction = reductionOf(view, options)
  const chunkLength = chunkLengthOf(view)
  if (view.length <= chunkLength) return alone(view.length, options, () => reduceAlone(view, reduction))
  const { kernel, combine, args, finish } = reduction
  return finish(await runChunks(pool, { source: view, kernel, combine, args, chunkLength, retry: 'idempotent' }, options))
}

export type AnyKernel = (...args: never[]) => unknown

/** A kernel for each chunk, and with `combine` one value of them all. */
export interface Chunks {
  readonly source: TypedArray | number
  readonly chunkLength: number
  readonly kernel: AnyKernel
  readonly combine?: AnyKernel | undefined
  readonly args: readonly unknown[]
  /** A kernel of the program that calls: the other one gets it as its first argument. */
  readonly compare?: AnyKernel | undefined
  readonly retry: 'never' | 'idempotent' | 'preimage'
}

/** In the workers. What nobody watches is planned once for equal calls in a row. */
export function runChunks(calls: PoolCalls, chunks: Chunks, options: AlgorithmOptions): Promise<unknown> {
  const { source, kernel, combine, args, chunkLength, compare, retry } = chunks
  const call = (): [source: SharedView, kernel: never, options: never] => {
    const region = { ...regionOptions(options), schedule: 'dynamic', chunkLength, retry, args }
    const combining = combine && { combine: inWorkers(combine) }
    const around = compare && { around: inWorkers(kernel) }
    return [source as SharedView, (compare ?? inWorkers(kernel)) as never, { ...region, ...combining, ...around } as never]
  }
  const { signal, timeoutMs, onProgress, width } = options
  const isWatched = signal !== undefined || timeoutMs !== undefined || onProgress !== undefined
  // A plan with pre-images has memory for them.
  if (isWatched || retry === 'preimage') return calls.forChunks(...call())
  return calls.repeat([source, kernel, combine, compare, chunkLength, retry, width, ...args], call)
}

/**
 * Calls `kernel` for every chunk of `source`; alone as above. `retry` is `idempotent` where a chunk may be done twice: when it is not a source
 * itself that is changed.
 */
export async function eachOn<A extends readonly unknown[]>(
  pool: Pool,
  source: SharedView,
  kernel: Kernel<A>,
  args: A,
  options: AlgorithmOptions,
  retry: 'never' | 'idempotent' | 'preimage',
  calls: PoolCalls = pool,
): Promise<void> {
  calls.checkOpen()
  checkOptions(options, pool)
  const chunkLength = chunkLengthOf(source)
  if (source.length <= chunkLength) return alone(source.length, options, () => eachAlone(source, kernel, args))
  await runChunks(calls, { source, kernel: kernel as AnyKernel, args, chunkLength, retry }, options)
}

export function eachAlone<A extends readonly unknown[]>(source: TypedArray, kernel: Kernel<A>, args: A): void {
  kernel({ source, start: 0, end: source.length }, ...args)
}

/** What takes less time here than to ask the workers; `length` is what there is to do. */
export function alone<R>(length: number, options: AlgorithmOptions, work: () => R): R {
  if (options.onProgress === undefined) return work()
  const startedAt = now()
  const result = work()
  reportDone(options, length, startedAt)
  return result
}

/** Only what is given: an option that is undefined is no option. */
export function regionOptions({ signal, timeoutMs, onProgress, width }: AlgorithmOptions): RegionOptions {
  const options: RegionOptions = {}
  if (signal !== undefined) options.signal = signal
  if (timeoutMs !== undefined) options.timeoutMs = timeoutMs
  if (onProgress !== undefined) options.onProgress = onProgress
  if (width !== undefined) options.width = width
  return options
}
