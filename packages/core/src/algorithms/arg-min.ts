import { argMinOf } from '../kernels/index.js'
import type { ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The first index of the least element; of the first NaN where there is one. −0 is less than 0.
 *
 * @throws RangeError of an empty view
 * @example const when = await argMin(pool, temperatures)
 */
export function argMin(pool: Pool, xs: ViewLike, options?: AlgorithmOptions): Promise<number>
export function argMin(xs: Readable): number
export function argMin(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, argMinOf)
}
