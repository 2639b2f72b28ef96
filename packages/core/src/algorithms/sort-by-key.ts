import { checkBoolean, expectedRange, requireOptions } from '../errors/index.js'
import { copyStretch, gatherStretch } from '../kernels/index.js'
import type { SharedView, TypedArray } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { argsortPasses } from './argsort.js'
import { checkShared, checkView, checkWritable } from './check-view.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { checkSameOrDisjoint } from './overlap.js'
import { each, type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { radixSort } from './radix-sort.js'

/** The order of `sortByKey`. */
export interface SortByKeyOptions {
  descending?: boolean
}

/**
 * Sorts `keys` in place, and `values` with them: stable, in the order of `sort`. The death of a worker is made good.
 *
 * @throws RangeError for views of different lengths, or that overlap in part
 * @example await sortByKey(pool, ages, names)
 */
export function sortByKey<K extends SharedView, V extends SharedView>(
  pool: Pool,
  keys: K,
  values: V,
  options?: AlgorithmOptions & SortByKeyOptions,
): Promise<{ keys: K; values: V }>
export function sortByKey<K extends TypedArray, V extends TypedArray>(
  keys: K,
  values: V,
  options?: SortByKeyOptions,
): { keys: K; values: V }
export function sortByKey(
  first: Pool | TypedArray,
  second: TypedArray,
  third?: unknown,
  fourth?: AlgorithmOptions & SortByKeyOptions,
): unknown {
  if (first instanceof Pool) return sortByKeyOn(first, second as SharedView, third as SharedView, fourth)
  const keys = checkWritable('keys', checkView('keys', first))
  const values = checkWritable('values', checkView('values', second))
  const { descending = false } = givenOptions<SortByKeyOptions>(third)
  return passesAlone((place) => sortByKeyPasses(place, keys, values, descending))
}

async function sortByKeyOn(
  pool: Pool,
  keys: SharedView,
  values: SharedView,
  options: AlgorithmOptions & SortByKeyOptions = {},
): Promise<unknown> {
  requireOptions(options)
  const sharedKeys = checkWritable('keys', checkShared('keys', keys))
  const sharedValues = checkWritable('values', checkShared('values', values))
  const { descending = false } = options
  return passesOn(pool, (place) => sortByKeyPasses(place, sharedKeys, sharedValues, descending), options)
}

function* sortByKeyPasses<K extends TypedArray, V extends TypedArray>(
  place: Place,
  keys: K,
  values: V,
  descending: boolean,
): Passes<{ keys: K; values: V }> {
  if (keys.length !== values.length) throw expectedRange('values', `a view of ${keys.length} elements, as many as keys`, values.length)
  checkBoolean('descending', descending)
  checkSameOrDisjoint('values', values, keys)
  if (values.BYTES_PER_ELEMENT >= 4) {
    yield* radixSort(place, { keys, toKeys: keys, payload: values, toPayload: values }, descending)
    return { keys, values }
  }
  // Elements of one or two bytes do not travel: their indexes do.
  const order = yield* argsortPasses(place, keys, place.scratch(new Uint32Array(), keys.length), descending)
  const copy = place.scratch(values, values.length)
  yield* each(values as TypedArray, copyStretch, [copy])
  yield* each(order as TypedArray, gatherStretch, [copy, values])
  yield* radixSort(place, { keys, toKeys: keys }, descending)
  return { keys, values }
}
