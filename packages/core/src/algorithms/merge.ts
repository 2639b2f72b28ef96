import { expectedRange, requireOptions } from '../errors/index.js'
import { mergeStretch } from '../kernels/index.js'
import type { Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, checkWritable, type Readable } from './check-view.js'
import type { Like } from './into.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { checkDisjoint, checkLike } from './overlap.js'
import { each, type Passes, type Place, passesAlone, passesOn } from './passes.js'

/** Where the result of `merge` goes. */
export interface MergeOptions<V = TypedArray> {
  /** Where the result goes, as long as both together; apart from both. */
  into?: V
}

/**
 * One sorted view of two: stable, equal elements of `a` first. Both are in the order of `sort`, ascending; otherwise the result is in no
 * order, and some elements may be there twice and others not.
 *
 * @throws TypeError for views of different types; RangeError for an `into` that does not fit
 * @example const all = await merge(pool, a, b)
 */
export function merge<V extends SharedView>(pool: Pool, a: V, b: V, options?: AlgorithmOptions & MergeOptions<V>): Promise<V>
export function merge<V extends ViewLike>(
  pool: Pool,
  a: V,
  b: Like<V>,
  options?: AlgorithmOptions & MergeOptions<Shared<V>>,
): Promise<Shared<V>>
export function merge<D extends TypedArray>(a: Like<D, Readable>, b: Like<D, Readable>, options: { into: D }): D
export function merge<V extends Readable>(a: V, b: Like<V, Readable>, options?: { into?: undefined }): Unshared<V>
export function merge(first: Pool | Readable, second: Readable, third?: unknown, fourth?: AlgorithmOptions & MergeOptions): unknown {
  if (first instanceof Pool) return mergeOn(first, second as SharedView, third as SharedView, fourth)
  const { into } = givenOptions<MergeOptions>(third)
  return passesAlone((place) =>
    mergePasses(place, checkView('a', first), checkView('b', second), into === undefined ? undefined : checkView('into', into)),
  )
}

async function mergeOn(pool: Pool, a: SharedView, b: SharedView, options: AlgorithmOptions & MergeOptions = {}): Promise<TypedArray> {
  requireOptions(options)
  const into = options.into === undefined ? undefined : checkShared('into', options.into as SharedView)
  const [left, right] = [checkShared('a', a), checkShared('b', b)]
  return passesOn(pool, (place) => mergePasses(place, left, right, into), options)
}

function* mergePasses(place: Place, a: TypedArray, b: TypedArray, into: TypedArray | undefined): Passes<TypedArray> {
  checkLike('b', b, a)
  const length = a.length + b.length
  const target = into === undefined ? place.make(a, length) : checkWritable('into', into)
  checkLike('into', target, a)
  if (target.length !== length) throw expectedRange('into', `a view of ${length} elements, as many as both have`, target.length)
  checkDisjoint('into', target, a, b)
  yield* each(target, mergeStretch, [a, b])
  return target
}
