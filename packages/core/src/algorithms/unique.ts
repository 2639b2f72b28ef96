import { requireOptions } from '../errors/index.js'
import { markChangesStretch } from '../kernels/index.js'
import type { Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { blockLengthFor, compact, countsFor } from './compaction.js'
import type { AlgorithmOptions } from './options.js'
import { each, type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { radixSort } from './radix-sort.js'

/**
 * Every value once, ascending, in a new view. NaN counts as one value and comes last; −0 and 0 are one value. `xs` is not changed.
 *
 * @example const years = await unique(pool, year)
 */
export function unique<V extends ViewLike>(pool: Pool, xs: V, options?: AlgorithmOptions): Promise<Shared<V>>
export function unique<V extends Readable>(xs: V): Unshared<V>
export function unique(first: Pool | TypedArray, second?: unknown, third?: AlgorithmOptions): unknown {
  if (first instanceof Pool) return uniqueOn(first, second as SharedView, third)
  const view = checkView('xs', first)
  return passesAlone((place) => uniquePasses(place, view))
}

async function uniqueOn(pool: Pool, xs: SharedView, options: AlgorithmOptions = {}): Promise<TypedArray> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  return passesOn(pool, (place) => uniquePasses(place, view), options)
}

function* uniquePasses<V extends TypedArray>(place: Place, xs: V): Passes<V> {
  const { length } = xs
  const sorted = place.scratch(xs, length)
  yield* radixSort(place, { keys: xs, toKeys: sorted }, false)
  const blockLength = blockLengthFor(length)
  const counts = countsFor(place, length, blockLength)
  const mask = place.scratch(new Uint8Array(), length)
  yield* each(sorted as TypedArray, markChangesStretch, [mask, blockLength, counts], blockLength)
  return yield* compact(place, sorted, { mask, blockLength, counts })
}
