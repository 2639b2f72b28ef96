import { expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { bincountFew, bincountOf, bincountRow, elementOf, elementTypeOf, FEW_BINS, keySurveyOf, typeNameOf } from '../kernels/index.js'
import type { TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { countFew, countInRows } from './count-rows.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { type Passes, type Place, passesAlone, passesOn, reduce } from './passes.js'
import { binnedChunkLength, weightsFor } from './weights.js'

const MOST_BINS = 2 ** 31 - 1

/** What `bincount` counts, and how long its result is. */
export interface BincountOptions<W = Readable> {
  /** The least length of the result. */
  minLength?: number
  /** What each element counts instead of 1. */
  weights?: W
}

/** Not what is known to be a view of floats. */
type Countable<V> = [V] extends [{ readonly [Symbol.toStringTag]: `Float${string}` }] ? never : V

/**
 * How often each integer from 0 to the greatest element comes up. Sums of weights are the same bits for any number of workers.
 *
 * @throws TypeError for views of floats; RangeError for negative elements and for elements from 2^31 − 1 on
 * @example const counts = await bincount(pool, ages)
 */
export function bincount<V extends ViewLike>(
  pool: Pool,
  xs: Countable<V>,
  options?: AlgorithmOptions & BincountOptions<ViewLike>,
): Promise<Float64Array>
export function bincount<V extends Readable>(xs: Countable<V>, options?: BincountOptions): Float64Array
export function bincount(first: Pool | Readable, second?: unknown, third?: AlgorithmOptions & BincountOptions<ViewLike>): unknown {
  if (first instanceof Pool) return bincountOn(first, second as ViewLike, third)
  const view = checkIntegers(checkView('xs', first))
  const { minLength = 0, weights } = givenOptions<BincountOptions>(second)
  const checked = weights === undefined ? undefined : checkView('weights', weights)
  return passesAlone((place) => bincountPasses(place, view, checkLength(minLength), checked))
}

async function bincountOn(pool: Pool, xs: ViewLike, options: AlgorithmOptions & BincountOptions<ViewLike> = {}): Promise<Float64Array> {
  requireOptions(options)
  const view = checkIntegers(checkShared('xs', xs))
  const { minLength = 0 } = options
  checkLength(minLength)
  const weights = options.weights === undefined ? undefined : checkShared('weights', options.weights)
  return passesOn(pool, (place) => bincountPasses(place, view, minLength, weights), options)
}

function checkIntegers<V extends TypedArray>(view: V): V {
  if (elementTypeOf(view)!.kind === 'float') throw expectedType('xs', 'a view of integers (histogram() counts floats)', typeNameOf(view))
  return view
}

function checkLength(minLength: number): number {
  if (typeof minLength !== 'number') throw expectedType('minLength', 'a number', minLength)
  if (!Number.isInteger(minLength) || minLength < 0 || minLength > MOST_BINS) {
    throw expectedRange('minLength', 'an integer from 0 to 2^31 − 1', minLength)
  }
  return minLength
}

function* bincountPasses(place: Place, xs: TypedArray, minLength: number, weights: TypedArray | undefined): Passes<Float64Array> {
  const doubles = yield* weightsFor(place, xs, weights)
  if (xs.length === 0) return new Float64Array(minLength)
  if (weights === undefined) {
    const counts = yield* countSmall(place, xs, minLength)
    if (counts !== undefined) return counts
  }
  const survey = yield* reduce(xs, keySurveyOf(false))
  const [least, most] = [elementOf(xs, survey[0]!), elementOf(xs, survey[1]!)]
  if (least < 0 || most >= MOST_BINS) throw expectedRange('xs', 'integers from 0 to 2^31 − 2', `some from ${least} to ${most}`)
  const bins = Math.max(minLength, Number(most) + 1)
  const chunkLength = binnedChunkLength(xs, bins, weights)
  if (doubles === undefined) return yield* countInRows(place, xs, bins, chunkLength, bincountRow, bins)
  return yield* reduce(xs, bincountOf(bins, doubles), chunkLength)
}

/** In one pass, where all integers are small; else undefined. */
function countSmall(place: Place, xs: TypedArray, minLength: number): Passes<Float64Array | undefined> {
  return countFew(place, xs, (used) => (used > FEW_BINS ? undefined : new Float64Array(Math.max(used, minLength))), bincountFew)
}
