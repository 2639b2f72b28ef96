import { convertStretch } from '../kernels/index.js'
import type { Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { Readable } from './check-view.js'
import type { IntoOptions, Like, NewOptions } from './into.js'
import { withPool } from './run.js'
import { transform } from './transform.js'

/**
 * A copy, into a new view or into `into`, of the same type and length.
 *
 * @example const before = await copy(pool, xs)
 */
export function copy<V extends SharedView>(pool: Pool, xs: V, options?: IntoOptions<V>): Promise<V>
export function copy<D extends SharedView>(pool: Pool, xs: Like<D>, options: IntoOptions<D> & { into: D }): Promise<D>
export function copy<V extends ViewLike>(pool: Pool, xs: V, options?: NewOptions): Promise<Shared<V>>
export function copy<D extends TypedArray>(xs: Like<D, Readable>, options: { into: D }): D
export function copy<V extends Readable>(xs: V, options?: NewOptions): Unshared<V>
export function copy(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return transform(pool, xs, options as IntoOptions, convertStretch, () => [])
}
