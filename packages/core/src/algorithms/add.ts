import { addStretch } from '../kernels/index.js'
import type { Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { IntoOptions, Like, NewOptions } from './into.js'
import { checkOperands } from './operands.js'
import { withPool } from './run.js'
import { transform } from './transform.js'

/**
 * x + y of two views of one type and length, into `into`, which may be either of them, or a new view. Floats are rounded once; integers wrap
 * around (those of a Uint8ClampedArray saturate).
 *
 * @throws TypeError, RangeError for views of different types or lengths
 * @example const total = await add(pool, january, february)
 */
export function add<V extends SharedView>(pool: Pool, xs: V, ys: NoInfer<V>, options?: IntoOptions<V>): Promise<V>
export function add<D extends SharedView>(pool: Pool, xs: Like<D>, ys: Like<D>, options: IntoOptions<D> & { into: D }): Promise<D>
export function add<V extends ViewLike>(pool: Pool, xs: V, ys: Like<V>, options?: NewOptions): Promise<Shared<V>>
export function add<D extends TypedArray>(xs: Like<D, Readable>, ys: Like<D, Readable>, options: { into: D }): D
export function add<V extends Readable>(xs: V, ys: Like<V, Readable>, options?: NewOptions): Unshared<V>
export function add(...args: unknown[]): unknown {
  const [pool, ...operands] = withPool(args)
  return pool === undefined ? addOf(pool, operands) : addOn(pool, operands)
}

function addOf(pool: Pool | undefined, operands: unknown[]): TypedArray | Promise<TypedArray> {
  const { xs, ys, options } = checkOperands(pool, operands)
  return transform(pool, xs, options, addStretch, () => [ys])
}

/** What is wrong with the operands rejects. */
async function addOn(pool: Pool, operands: unknown[]): Promise<TypedArray> {
  return addOf(pool, operands)
}
