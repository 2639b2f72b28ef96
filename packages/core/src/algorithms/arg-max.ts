import { argMaxOf } from '../kernels/index.js'
import type { ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The first index of the greatest element; of the first NaN where there is one. 0 is greater than −0.
 *
 * @throws RangeError of an empty view
 * @example const when = await argMax(pool, temperatures)
 */
export function argMax(pool: Pool, xs: ViewLike, options?: AlgorithmOptions): Promise<number>
export function argMax(xs: Readable): number
export function argMax(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, argMaxOf)
}
