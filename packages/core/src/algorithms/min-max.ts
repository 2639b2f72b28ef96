import { minMaxOf } from '../kernels/index.js'
import type { Element, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceView, withPool } from './run.js'

/**
 * The least and the greatest element in one pass; as `min` and `max`.
 *
 * @throws RangeError of an empty view
 * @example const { min, max } = await minMax(pool, temperatures)
 */
export function minMax<V extends ViewLike>(pool: Pool, xs: V, options?: AlgorithmOptions): Promise<{ min: Element<V>; max: Element<V> }>
export function minMax<V extends Readable>(xs: V): { min: Element<V>; max: Element<V> }
export function minMax(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return reduceView(pool, xs, options, minMaxOf)
}
