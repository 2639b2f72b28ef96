import { maxOf } from '../kernels/index.js'
import type { Element, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The greatest element, as `Math.max` has it: NaN where there is one, and 0 is greater than −0. Without a pool, on this thread: the same value.
 *
 * @throws RangeError of an empty view
 * @example const hottest = await max(pool, temperatures)
 */
export function max<V extends ViewLike>(pool: Pool, xs: V, options?: AlgorithmOptions): Promise<Element<V>>
export function max<V extends Readable>(xs: V): Element<V>
export function max(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, maxOf)
}
