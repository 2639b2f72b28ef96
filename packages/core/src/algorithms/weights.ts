import { expectedRange } from '../errors/index.js'
import { toDoublesStretch } from '../kernels/index.js'
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

/** Elements in a chunk that has `bins` counts of its own: many more than these. */
export function binnedChunkLength(chunkLength: number, bins: number): number {
  return Math.max(chunkLength, 2 ** Math.ceil(Math.log2(8 * bins)))
}
