import { normOf } from '../kernels/index.js'
import type { ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The Euclidean norm √Σx², as a double for every element type; 0 of an empty view. Squares neither overflow nor vanish: blocks of very large or
 * very small elements are scaled first. Rounding as in `sum`.
 *
 * @example const length = await norm(pool, residuals)
 */
export function norm(pool: Pool, xs: ViewLike, options?: AlgorithmOptions): Promise<number>
export function norm(xs: Readable): number
export function norm(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, normOf)
}
