import { type Comparison, countOf } from '../kernels/index.js'
import type { Element, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * How many elements equal a value, or satisfy all comparisons of `{ lt, le, gt, ge, eq, ne }`. They mean what JavaScript's operators mean: −0
 * equals 0, and of NaN only `ne` is true.
 *
 * @throws TypeError for no comparison, or a number where a bigint is due
 * @example const warm = await count(pool, temperatures, { ge: 20, lt: 25 })
 */
export function count<V extends ViewLike>(
  pool: Pool,
  xs: V,
  where: Element<V> | Comparison<Element<V>>,
  options?: AlgorithmOptions,
): Promise<number>
export function count<V extends Readable>(xs: V, where: Element<V> | Comparison<Element<V>>): number
export function count(...args: unknown[]): unknown {
  const [pool, xs, where, options] = withPool(args)
  return reduceView(pool, xs, options, (view) => countOf(view, where as Comparison))
}
