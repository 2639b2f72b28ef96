import { expectedType, requireOptions } from '../errors/index.js'
import { searchStretch } from '../kernels/index.js'
import type { IndexView, TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkIndexable } from './argsort.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import type { Like } from './into.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { checkLike } from './overlap.js'
import { each, type Passes, type Place, passesAlone, passesOn } from './passes.js'

/** Which place among equal elements. */
export interface SearchSortedOptions {
  /** `left`, the default: before equal elements. `right`: after them. */
  side?: 'left' | 'right'
}

/**
 * For each value, the index in `sorted` before which it would be inserted to keep the order: binary search, O(log n) each. −0 equals 0;
 * NaN comes last.
 *
 * @throws TypeError for views of different types
 * @example const classes = await searchSorted(pool, limits, incomes)
 */
export function searchSorted<V extends ViewLike>(
  pool: Pool,
  sorted: V,
  values: Like<V>,
  options?: AlgorithmOptions & SearchSortedOptions,
): Promise<IndexView>
export function searchSorted<V extends Readable>(sorted: V, values: Like<V, Readable>, options?: SearchSortedOptions): Uint32Array
export function searchSorted(
  first: Pool | Readable,
  second: Readable,
  third?: unknown,
  fourth?: AlgorithmOptions & SearchSortedOptions,
): unknown {
  if (first instanceof Pool) return searchOn(first, second as ViewLike, third as ViewLike, fourth)
  const { side = 'left' } = givenOptions<SearchSortedOptions>(third)
  return passesAlone((place) => searchPasses(place, checkView('sorted', first), checkView('values', second), side))
}

async function searchOn(
  pool: Pool,
  sorted: ViewLike,
  values: ViewLike,
  options: AlgorithmOptions & SearchSortedOptions = {},
): Promise<Uint32Array> {
  requireOptions(options)
  const [among, wanted] = [checkShared('sorted', sorted), checkShared('values', values)]
  const { side = 'left' } = options
  return passesOn(pool, (place) => searchPasses(place, among, wanted, side), options)
}

function* searchPasses(place: Place, sorted: TypedArray, values: TypedArray, side: string): Passes<Uint32Array> {
  checkLike('values', values, sorted)
  if (side !== 'left' && side !== 'right') throw expectedType('side', "'left' or 'right'", side)
  checkIndexable('sorted', sorted)
  const into = place.make(new Uint32Array(), values.length)
  yield* each(values, searchStretch, [sorted, side === 'right', into])
  return into
}
