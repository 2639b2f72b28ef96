import { minOf } from '../kernels/index.js'
import type { Element, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The least element, as `Math.min` has it: NaN where there is one, and −0 is less than 0. Without a pool, on this thread: the same value.
 *
 * @throws RangeError of an empty view
 * @example const coldest = await min(pool, temperatures)
 */
export function min<V extends ViewLike>(pool: Pool, xs: V, options?: AlgorithmOptions): Promise<Element<V>>
export function min<V extends Readable>(xs: V): Element<V>
export function min(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, minOf)
}
