import { expectedRange } from '../errors/index.js'
import { clampStretch } from '../kernels/index.js'
import type { Element, Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { IntoOptions, Like, NewOptions } from './into.js'
import { withPool } from './run.js'
import { checkScalar } from './scalar.js'
import { transform } from './transform.js'

/**
 * Every element, or `least` where it is less, or `most` where it is more; into `into` or a new view. NaN stays NaN. Bounds are rounded to the
 * element type.
 *
 * @throws RangeError where `least` is more than `most`, or elements of integers can not hold them
 * @example await clamp(pool, pixels, 16, 235, { into: pixels })
 */
export function clamp<V extends SharedView>(pool: Pool, xs: V, least: Element<V>, most: Element<V>, options?: IntoOptions<V>): Promise<V>
export function clamp<D extends SharedView>(
  pool: Pool,
  xs: Like<D>,
  least: Element<D>,
  most: Element<D>,
  options: IntoOptions<D> & { into: D },
): Promise<D>
export function clamp<V extends ViewLike>(pool: Pool, xs: V, least: Element<V>, most: Element<V>, options?: NewOptions): Promise<Shared<V>>
export function clamp<D extends TypedArray>(xs: Like<D, Readable>, least: Element<D>, most: Element<D>, options: { into: D }): D
export function clamp<V extends Readable>(xs: V, least: Element<V>, most: Element<V>, options?: NewOptions): Unshared<V>
export function clamp(...args: unknown[]): unknown {
  const [pool, xs, least, most, options] = withPool(args)
  return transform(pool, xs, options as IntoOptions, clampStretch, (view) => {
    const [from, to] = [checkScalar('least', view, least), checkScalar('most', view, most)]
    if (!(from <= to)) throw expectedRange('least', `at most ${to}, which is most,`, least)
    return [from, to]
  })
}
