import { dotOf } from '../kernels/index.js'
import type { Element, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor, type Readable } from './check-view.js'
import type { Like } from './into.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * Σ x · y of two views of one type and length; 0 of empty ones. Products of floats are rounded to doubles and added as `sum` does; those of
 * integers are exact.
 *
 * @throws TypeError, RangeError for views of different types or lengths; RangeError when the result of numbers that are integers is beyond
 *   2^53 − 1
 * @example const similarity = await dot(pool, a, b)
 */
export function dot<V extends ViewLike>(pool: Pool, xs: V, ys: Like<V>, options?: AlgorithmOptions): Promise<Element<V>>
export function dot<V extends Readable>(xs: V, ys: Like<V, Readable>): Element<V>
export function dot(...args: unknown[]): unknown {
  const [pool, xs, ys, options] = withPool(args)
  return reduceView(pool, xs, options, (view) => dotOf(view, checkFor(pool, 'ys', ys)))
}
