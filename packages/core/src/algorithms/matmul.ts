import { expectedRange, expectedType, InWords } from '../errors/index.js'
import { type MatrixSizes, multiplyTiles, tilesOf, typeNameOf } from '../kernels/index.js'
import { overlap, type Shared, type TypedArray, type Unshared } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor, checkWritable, type Readable } from './check-view.js'
import { inWorkers } from './in-workers.js'
import { type Like, newOf } from './into.js'
import { type AlgorithmOptions, checkOptions } from './options.js'
import { alone, regionOptions, withPool } from './run.js'

type Matrix<B extends ArrayBufferLike = ArrayBufferLike> = Float64Array<B> | Float32Array<B>

/** The sizes of both matrices, and where their product goes. */
export interface MatmulOptions<V extends TypedArray = TypedArray> extends AlgorithmOptions {
  /** How many columns `a` has, and rows `b`: all other sizes follow from it. */
  inner: number
  /** Where the product goes: `a.length / inner` × `b.length / inner` elements. Default a new view. */
  into?: V
}

/** Fewer multiplications than this are done before a region has begun. */
const ALONE = 100_000

/**
 * The matrix product a · b, all matrices row by row, of Float64 or Float32 elements.
 *
 * Blocked after Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", 2008). Each element of the product is a sum over
 * `inner` in order, of fused multiply-adds in the element type, block by block of 256: the same bits for any number of workers and on every
 * CPU. On an x64 CPU without FMA (before 2013) that is slow.
 *
 * @throws TypeError for other element types, RangeError for lengths that do not fit and for an `into` that overlaps an operand
 * @example const product = await matmul(pool, a, b, { inner: 1500 })
 */
export function matmul<V extends Matrix<SharedArrayBuffer>>(
  pool: Pool,
  a: Like<V>,
  b: Like<V>,
  options: MatmulOptions<V> & { into: V },
): Promise<V>
export function matmul<V extends Like<Matrix>>(
  pool: Pool,
  a: V,
  b: Like<V>,
  options: MatmulOptions & { into?: undefined },
): Promise<Shared<V>>
export function matmul<V extends Matrix>(a: Like<V, Readable>, b: Like<V, Readable>, options: { inner: number; into: V }): V
export function matmul<V extends Like<Matrix, Readable>>(
  a: V,
  b: Like<V, Readable>,
  options: { inner: number; into?: undefined },
): Unshared<V>
export function matmul(...args: unknown[]): unknown {
  const [pool, a, b, options] = withPool(args)
  if (pool !== undefined) return matmulOn(pool, a, b, options as MatmulOptions)
  const { left, right, into, sizes } = checkMatmul(pool, a, b, options as MatmulOptions)
  multiplyTiles({ start: 0, end: tilesOf(sizes) }, left, right, into, sizes)
  return into
}

async function matmulOn(pool: Pool, a: unknown, b: unknown, options: MatmulOptions): Promise<TypedArray> {
  pool.checkOpen()
  const { left, right, into, sizes } = checkMatmul(pool, a, b, options)
  checkOptions(options, pool)
  const tiles = tilesOf(sizes)
  if (tiles <= 1 || sizes.rows * sizes.inner * sizes.columns <= ALONE) {
    alone(tiles, options, () => multiplyTiles({ start: 0, end: tiles }, left, right, into, sizes))
    return into
  }
  await pool.forChunks(tiles, inWorkers(multiplyTiles) as never, {
    ...regionOptions(options),
    schedule: 'dynamic',
    chunkLength: 1,
    retry: 'idempotent',
    args: [left, right, into, sizes],
  })
  return into
}

function checkMatmul(pool: Pool | undefined, a: unknown, b: unknown, options: MatmulOptions) {
  const left = checkMatrix('a', checkFor(pool, 'a', a))
  const right = checkMatrix('b', checkFor(pool, 'b', b), left)
  const inner = options?.inner
  if (typeof inner !== 'number') throw expectedType('inner', 'how many columns a has', inner)
  if (!Number.isSafeInteger(inner) || inner < 1 || left.length % inner !== 0 || right.length % inner !== 0) {
    throw expectedRange('inner', `a divisor of ${left.length} and ${right.length}, the lengths of a and b,`, inner)
  }
  const sizes: MatrixSizes = { rows: left.length / inner, inner, columns: right.length / inner }
  const length = sizes.rows * sizes.columns
  const { into } = options
  if (into === undefined) return { left, right, sizes, into: newOf(typeNameOf(left), pool !== undefined, length) }
  const target = checkWritable('into', checkMatrix('into', checkFor(pool, 'into', into), left))
  if (target.length !== length) throw expectedRange('into', `${sizes.rows} × ${sizes.columns} elements`, target.length)
  for (const operand of [left, right]) {
    if (overlap(target, operand)) throw expectedRange('into', 'a view that overlaps neither a nor b', new InWords('one that does'))
  }
  return { left, right, sizes, into: target }
}

function checkMatrix(name: string, view: TypedArray, like: TypedArray = view): TypedArray {
  const type = typeNameOf(view)
  if ((type !== 'Float64Array' && type !== 'Float32Array') || type !== typeNameOf(like)) {
    throw expectedType(
      name,
      like === view ? 'a Float64Array or Float32Array' : `a ${typeNameOf(like)}, as a is`,
      new InWords(`a ${view.constructor.name}`),
    )
  }
  return view
}
