import { meanOf } from '../kernels/index.js'
import type { ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The arithmetic mean: the sum, as `sum` has it, over the length. Sums of integers are exact before they are divided.
 *
 * @throws RangeError of an empty view
 * @example const average = await mean(pool, temperatures)
 */
export function mean(pool: Pool, xs: ViewLike, options?: AlgorithmOptions): Promise<number>
export function mean(xs: Readable): number
export function mean(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, meanOf)
}
