import { expectedRange } from '../errors/index.js'
import { chunkLengthOf, toDoublesStretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Weights as native code takes them: doubles, one for each element. */
export function* weightsFor(place: Place, xs: TypedArray, weights: TypedArray | undefined): Passes<Float64Array | undefined> {
  if (weights === undefined) return undefined
  if (weights.length !== xs.length) throw expectedRange('weights', `a view of ${xs.length} elements, as many as xs`, weights.length)
  if (weights instanceof Float64Array) return weights
  const doubles = place.scratch(new Float64Array(), weights.length)
  yield* each(weights, toDoublesStretch, [doubles])
  return doubles
}

/** Chunks that are not summed along a tree, and so may be cut in any way: enough for a few dozen workers. */
const COUNTED_CHUNKS = 64
const MOST_BYTES = 2 * 1024 * 1024
/** Native counts have 32 bits. */
const MOST_COUNTED = 2 ** 31

/**
 * Elements in a chunk that has `bins` counts of its own: many more than these, and the same for any number of workers where there are weights.
 * Counts of elements are exact in any order, and few large ones take less time to add up.
 */
export function binnedChunkLength(xs: TypedArray, bins: number, weights: TypedArray | undefined): number {
  const least = Math.max(chunkLengthOf(xs), Math.min(MOST_COUNTED, 2 ** Math.ceil(Math.log2(8 * bins))))
  if (weights !== undefined) return least
  return Math.max(least, Math.min(MOST_BYTES / xs.BYTES_PER_ELEMENT, 2 ** Math.ceil(Math.log2(xs.length / COUNTED_CHUNKS))))
}

/** The same where a worker has counts of its own: long enough that what each chunk costs is lost in it. */
export function countedChunkLength(xs: TypedArray): number {
  return Math.min(MOST_BYTES / xs.BYTES_PER_ELEMENT, 2 * chunkLengthOf(xs))
}
