import { sumOf } from '../kernels/index.js'
import type { Element, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/** How sums of floats are rounded. */
export interface SumOptions extends AlgorithmOptions {
  /** Default true: the same bits for any number of workers. False allows another grouping; today there is none that is faster. */
  deterministic?: boolean
  /** Floats: adds up what rounding loses, too. The error is then that of one rounding, as long as terms do not cancel by more than 2^53. */
  compensated?: boolean
}

/**
 * The sum of all elements; 0 of none.
 *
 * Floats are added as doubles along a fixed tree over blocks of 1,024 elements: the same bits for any number of workers, backend and CPU,
 * within (37 + log2(n / 1024)) · 2^−53 · Σ|x|, the bound of pairwise summation. NaN and infinities count as in a loop. Sums of integers are
 * exact: bigints for the BigInt views.
 *
 * Without a pool, over any typed array, on this thread: the same value.
 *
 * @throws TypeError for a `compensated` or `deterministic` that is neither true nor false
 * @throws RangeError when a sum of integers is beyond 2^53 − 1: `convert` the view to a BigInt64Array
 * @example const total = await sum(pool, xs)
 */
export function sum<V extends ViewLike>(pool: Pool, xs: V, options?: SumOptions): Promise<Element<V>>
export function sum<V extends Readable>(xs: V, options?: Pick<SumOptions, 'compensated' | 'deterministic'>): Element<V>
export function sum(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView<SumOptions>(pool, xs, options, sumOf)
}
