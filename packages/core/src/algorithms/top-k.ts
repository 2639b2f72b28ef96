import { checkBoolean, expectedRange, requireOptions } from '../errors/index.js'
import { elementOf, topOf } from '../kernels/index.js'
import type { Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkIndexable } from './argsort.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { type Passes, passesAlone, passesOn, reduce } from './passes.js'
import { orTooLarge } from './too-large.js'

/** Which end of the order `topK` takes. */
export interface TopKOptions {
  /** The least ones instead of the greatest. */
  smallest?: boolean
}

/** The elements that `topK` has found. */
export interface TopK<V> {
  /** The best one first. */
  values: V
  /** Where each of them is. */
  indices: Uint32Array
}

/**
 * The `k` greatest elements, or the least, and where they are; all of them where there are fewer. Of equal ones those with the lower index.
 * NaN comes after every number. `xs` is not changed. O(n log k) at worst; for more than some
 * thousands, `argsort` is faster.
 *
 * @throws RangeError for a k that is no integer from 0, and for more than 2^32 − 1 elements
 * @throws ShoalError `SHOAL_REGION_TOO_LARGE` for a million or so in a pool: `argsort` does those
 * @example const { values, indices } = await topK(pool, scores, 10)
 */
export function topK<V extends ViewLike>(pool: Pool, xs: V, k: number, options?: AlgorithmOptions & TopKOptions): Promise<TopK<Shared<V>>>
export function topK<V extends Readable>(xs: V, k: number, options?: TopKOptions): TopK<Unshared<V>>
export function topK(first: Pool | TypedArray, second: unknown, third?: unknown, fourth?: AlgorithmOptions & TopKOptions): unknown {
  if (first instanceof Pool) return topKOn(first, second as SharedView, third as number, fourth)
  const view = checkView('xs', first)
  const k = checkCount(second as number)
  const { smallest = false } = givenOptions<TopKOptions>(third)
  return passesAlone((place) => topKPasses(place.make, view, k, smallest))
}

async function topKOn(pool: Pool, xs: SharedView, k: number, options: AlgorithmOptions & TopKOptions = {}): Promise<TopK<TypedArray>> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  checkCount(k)
  const { smallest = false } = options
  return orTooLarge(
    passesOn(pool, (place) => topKPasses(place.make, view, k, smallest), options),
    `Expected fewer elements than a pool can bring together, which are a million or so, for k but received ${k}: use argsort`,
  )
}

function checkCount(k: number): number {
  if (!Number.isInteger(k) || k < 0) throw expectedRange('k', 'an integer from 0', k)
  return k
}

function* topKPasses(
  make: (like: TypedArray, length: number) => TypedArray,
  xs: TypedArray,
  k: number,
  smallest: boolean,
): Passes<TopK<TypedArray>> {
  checkIndexable('xs', xs)
  checkBoolean('smallest', smallest)
  const { keys, indices } = yield* reduce(xs, topOf(Math.min(k, xs.length), !smallest))
  const values = make(xs, keys.length)
  for (let i = 0; i < keys.length; i++) values[i] = elementOf(xs, keys[i]!, !smallest)
  return { values, indices: Uint32Array.from(indices) }
}
