import { type Compare, chunkLengthOf, type Reduction, type Stretch, typeNameOf } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import type { Pool, PoolCalls } from '../pool/index.js'
import { chunkStart, cut, NeighbourTree } from '../schedule/index.js'
import { now } from '../sync/index.js'
import { newOf } from './into.js'
import { type AlgorithmOptions, reportDone } from './options.js'
import { type AnyKernel, type Chunks, runChunks } from './run.js'
import { Scratch } from './scratch.js'
import { sharingTime } from './sharing-time.js'

/** One pass over a view, or over `[0, length)`; what it does twice does no harm unless it says `never`. */
interface Pass extends Chunks {
  readonly retry: 'never' | 'idempotent'
  /** In workers also where it is one chunk: the calling thread would stand still for long. */
  readonly isLong?: boolean | undefined
}

type PassOptions = Partial<Pick<Pass, 'retry' | 'isLong'>> & { readonly compare?: Compare | undefined }
/** A kernel's form with the program's kernel before what it works on. */
type Comparer<S, A extends readonly unknown[]> = (compare: Compare, stretch: S, ...args: A) => void
type StretchOf<S> = S extends TypedArray ? Stretch<TypedArray> : { start: number; end: number }

/** Where an algorithm runs: on the workers of a pool, or on this thread alone. */
export interface Place {
  /** 0 for this thread alone. */
  readonly workers: number
  /** Ranks of chunks are below this. */
  readonly ranks: number
  /** A new view for a result: of the type of `like`, shared where the workers are to write it. */
  make<V extends TypedArray>(like: V, length: number): V
  /** The same for what nobody needs afterwards; with any content. */
  scratch<V extends TypedArray>(like: V, length: number): V
}

/**
 * An algorithm of several passes, written once for every place: a generator that yields its passes and gets what they come to. What it does
 * in between runs on the calling thread. A pass leaves alone what it reads, so that chunks of a worker that dies are done again; one that does
 * not says so by `retry`.
 */
export type Passes<R> = Generator<Pass, R, unknown>

/** A pass that changes something. */
export function each<S extends TypedArray | number, A extends readonly unknown[]>(
  source: S,
  kernel: (stretch: StretchOf<S>, ...args: A) => void,
  args: A,
  chunkLength?: number,
  options?: PassOptions & { compare?: undefined },
): Passes<void>
export function each<S extends TypedArray | number, A extends readonly unknown[]>(
  source: S,
  kernel: Comparer<StretchOf<S>, A>,
  args: A,
  chunkLength: number,
  options: PassOptions & { compare: Compare },
): Passes<void>
export function* each(
  source: TypedArray | number,
  kernel: unknown,
  args: readonly unknown[],
  chunkLength = defaultLength(source),
  { compare, retry = 'idempotent', isLong }: PassOptions = {},
): Passes<void> {
  yield { source, kernel: kernel as AnyKernel, args, chunkLength, compare: compare as AnyKernel | undefined, retry, isLong }
}

/** A pass that comes to one value, along the fixed tree of neighbours. */
export function* reduce<P, R>(source: TypedArray, reduction: Reduction<P, R>, chunkLength = chunkLengthOf(source)): Passes<R> {
  const { kernel, combine, args, finish } = reduction
  return finish((yield { source, kernel, combine, args, chunkLength, retry: 'idempotent' }) as P)
}

function defaultLength(source: TypedArray | number): number {
  return typeof source === 'number' ? 1 : chunkLengthOf(source)
}

/** Runs the passes on a pool; those of a single chunk on this thread, which takes less time than to ask the workers. */
export async function passesOn<R>(
  pool: Pool,
  algorithm: (place: Place) => Passes<R>,
  options: AlgorithmOptions,
  calls: PoolCalls = pool,
): Promise<R> {
  return sharingTime(pool, options, (next, parts) => passesWithin(pool, parts, algorithm, options, next), calls)
}

async function passesWithin<R>(
  pool: Pool,
  calls: PoolCalls,
  algorithm: (place: Place) => Passes<R>,
  options: AlgorithmOptions,
  next: () => AlgorithmOptions,
): Promise<R> {
  const scratch = new Scratch(pool)
  const place: Place = {
    workers: Math.min(pool.size, options.width ?? pool.size),
    ranks: pool.size,
    make: (like, length) => newOf(typeNameOf(like), true, length) as typeof like,
    scratch: (like, length) => scratch.make(like, length),
  }
  let failed = true
  const startedAt = now()
  try {
    const passes = algorithm(place)
    let step = passes.next()
    let longest = 0
    let hasReported = false
    while (!step.done) {
      const left = next()
      const pass = step.value
      longest = Math.max(longest, lengthOf(pass))
      hasReported ||= !isShort(pass)
      step = passes.next(isShort(pass) ? runHere(pass) : await runChunks(calls, pass, left))
    }
    failed = false
    if (!hasReported) reportDone(options, longest, startedAt)
    return step.value
  } finally {
    scratch.release(failed)
  }
}

/** Runs the passes on this thread: the same chunks, and so the same bits. */
export function passesAlone<R>(algorithm: (place: Place) => Passes<R>): R {
  const make = <V extends TypedArray>(like: V, length: number): V => newOf(typeNameOf(like), false, length) as V
  const passes = algorithm({ workers: 0, ranks: 1, make, scratch: make })
  let step = passes.next()
  while (!step.done) step = passes.next(runHere(step.value))
  return step.value
}

function runHere({ source, kernel, combine, args, chunkLength, compare }: Pass): unknown {
  const given = kernel as (...args: readonly unknown[]) => unknown
  const call = compare === undefined ? given : (...args: readonly unknown[]): unknown => given(compare, ...args)
  const length = lengthOf({ source })
  if (length <= chunkLength) return call({ source, start: 0, end: length }, ...args)
  const cutting = cut(length, { schedule: 'dynamic', chunkLength, width: 1 })
  const tree = combine && new NeighbourTree<unknown>(cutting.count, combine as (a: unknown, b: unknown) => unknown)
  for (let index = 0; index < cutting.count; index++) {
    const partial = call({ source, start: chunkStart(cutting, index), end: chunkStart(cutting, index + 1) }, ...args)
    tree?.add(0, index, partial)
  }
  return tree?.nodes()[0]?.value
}

/** One chunk, which is not worth asking the workers; a program's kernel runs where kernels do. */
function isShort({ source, chunkLength, compare, isLong = false }: Pass): boolean {
  return compare === undefined && !isLong && lengthOf({ source }) <= chunkLength
}

function lengthOf({ source }: Pick<Pass, 'source'>): number {
  return typeof source === 'number' ? source : source.length
}
