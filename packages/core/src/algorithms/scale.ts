import { scaleStretch } from '../kernels/index.js'
import type { Element, Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { IntoOptions, Like, NewOptions } from './into.js'
import { withPool } from './run.js'
import { checkScalar } from './scalar.js'
import { transform } from './transform.js'

/**
 * Every element times `factor`, into `into` or a new view. Floats are multiplied as doubles and rounded once, as `xs[i] * factor` is; integers
 * take an integer, and wrap around as with `Math.imul` (those of a Uint8ClampedArray saturate).
 *
 * @throws RangeError for a factor that elements of integers can not hold
 * @example await scale(pool, xs, 0.5, { into: xs })
 */
export function scale<V extends SharedView>(pool: Pool, xs: V, factor: Element<V>, options?: IntoOptions<V>): Promise<V>
export function scale<D extends SharedView>(pool: Pool, xs: Like<D>, factor: Element<D>, options: IntoOptions<D> & { into: D }): Promise<D>
export function scale<V extends ViewLike>(pool: Pool, xs: V, factor: Element<V>, options?: NewOptions): Promise<Shared<V>>
export function scale<D extends TypedArray>(xs: Like<D, Readable>, factor: Element<D>, options: { into: D }): D
export function scale<V extends Readable>(xs: V, factor: Element<V>, options?: NewOptions): Unshared<V>
export function scale(...args: unknown[]): unknown {
  const [pool, xs, factor, options] = withPool(args)
  return transform(pool, xs, options as IntoOptions, scaleStretch, (view) => [checkScalar('factor', view, factor)])
}
