import { type Reduction, varianceOf } from '../kernels/index.js'
import type { TypedArray, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/** By what the squared deviations are divided. */
export interface VarianceOptions extends AlgorithmOptions {
  /** Taken from the length before the division ("delta degrees of freedom"): 0, the default, for a whole population, 1 for a sample. */
  ddof?: 0 | 1
}

/**
 * The mean of squared deviations from the mean, as doubles: two passes over each block of 1,024 elements, joined along the fixed tree by the
 * update of Chan, Golub and LeVeque ("Algorithms for computing the sample variance", 1983). NaN where an element is NaN or infinite.
 *
 * @throws RangeError of an empty view, or of one with no more than `ddof` elements
 * @example const spread = await variance(pool, temperatures, { ddof: 1 })
 */
export function variance(pool: Pool, xs: ViewLike, options?: VarianceOptions): Promise<number>
export function variance(xs: Readable, options?: Pick<VarianceOptions, 'ddof'>): number
export function variance(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView<VarianceOptions>(pool, xs, options, varianceOf)
}

/**
 * The square root of `variance`, and as that for everything else.
 * @throws RangeError as `variance`
 * @example const deviation = await std(pool, temperatures)
 */
export function std(pool: Pool, xs: ViewLike, options?: VarianceOptions): Promise<number>
export function std(xs: Readable, options?: Pick<VarianceOptions, 'ddof'>): number
export function std(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, rootOf)
}

function rootOf(view: TypedArray, options: VarianceOptions): Reduction {
  const reduction = varianceOf(view, options)
  return { ...reduction, finish: (moments) => Math.sqrt(reduction.finish(moments) as number) }
}
