import { expectedType } from '../errors/index.js'
import { convertStretch } from '../kernels/index.js'
import type { SharedOf, SharedView, TypedArray, ViewConstructor, ViewLike } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor, checkWritable, type Readable } from './check-view.js'
import { checkApart, isSame, newOf } from './into.js'
import type { AlgorithmOptions } from './options.js'
import { eachAlone, eachOn, withPool } from './run.js'

/**
 * The elements as another type: into a new view of `type`, or into `into`. Numbers are stored as `into[i] = xs[i]` does: rounded to floats,
 * truncated and wrapped around to integers (NaN and infinities are 0), rounded and clamped to a Uint8ClampedArray. The same to and from
 * bigints: integers keep their low bits, floats are truncated, and bigints become floats by way of `Number`.
 *
 * In place is a view of `xs` as another type of that size: the death of a worker ends the call then, and names the part that is half done.
 *
 * @throws RangeError for another length, or a view that overlaps `xs` in part
 * @example const narrow = await convert(pool, doubles, Float32Array)
 */
export function convert<C extends ViewConstructor>(pool: Pool, xs: ViewLike, type: C, options?: AlgorithmOptions): Promise<SharedOf<C>>
export function convert<D extends SharedView>(pool: Pool, xs: ViewLike, options: AlgorithmOptions & { into: D }): Promise<D>
export function convert<C extends ViewConstructor>(xs: Readable, type: C): C['prototype']
export function convert<D extends TypedArray>(xs: Readable, options: { into: D }): D
export function convert(...args: unknown[]): unknown {
  const [pool, xs, target, options] = withPool(args)
  if (pool !== undefined) return convertOn(pool, xs, target, (typeof target === 'function' ? options : target) as AlgorithmOptions)
  const view = checkFor(pool, 'xs', xs)
  const into = targetIn(pool, view, target)
  eachAlone(view, convertStretch, [into])
  return into
}

async function convertOn(pool: Pool, xs: unknown, target: unknown, options: AlgorithmOptions = {}): Promise<TypedArray> {
  const view = checkFor(pool, 'xs', xs) as SharedView
  const into = targetIn(pool, view, target)
  await eachOn(pool, view, convertStretch, [into], options, isSame(into, view) ? 'never' : 'idempotent')
  return into
}

function targetIn(pool: Pool | undefined, view: TypedArray, target: unknown): TypedArray {
  if (typeof target === 'function') return newOf(target.name, pool !== undefined, view.length)
  if (typeof target !== 'object' || target === null || !('into' in target)) {
    throw expectedType('type', 'a typed-array constructor, or { into }', target)
  }
  const into = checkWritable('into', checkFor(pool, 'into', target.into))
  checkApart('into', into, view)
  return into
}
