import { checkBoolean, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { type Compare, type Comparing, copyStretch, gatherStretch } from '../kernels/index.js'
import type { Element, SharedView, TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { argsortPasses } from './argsort.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { comparisonSort } from './comparison-sort.js'
import { inPlaceSort } from './in-place-sort.js'
import { isSame, type Like, targetOrSelf } from './into.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { checkSameOrDisjoint } from './overlap.js'
import { each, type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { radixSort } from './radix-sort.js'

/** By what, how and where `sort` sorts: by one of `keys` and `compare`, or by neither, where `inPlace` may be. */
export type SortOptions<V extends TypedArray = TypedArray, K = Readable> = SortOrder &
  (SortInPlace | (SortInto<V> & (SortByKeys<K> | SortByCompare<V>)))

interface SortOrder {
  descending?: boolean
  /** Equal elements stay in their order: always so here, and of use with `keys`. */
  stable?: boolean
}

interface SortInPlace {
  /**
   * Swaps elements where they lie: with a few hundred KiB a worker instead of a second view. Where the machine has AVX-512, elements of 4 or 8
   * bytes take about as long so; else it is three to eight times as long. The death of a worker ends the sort then, and leaves the view in no
   * state to rely on. Default false.
   */
  inPlace?: boolean
  into?: undefined
  keys?: undefined
  compare?: undefined
  args?: undefined
}

interface SortInto<V> {
  inPlace?: false
  /** Where the result goes; `xs` is not changed then. */
  into?: V
}

interface SortByKeys<K> {
  /** Sorts by another view of the same length, of any type, which is not changed. */
  keys?: K
  compare?: undefined
  args?: undefined
}

interface SortByCompare<V> {
  /**
   * Another order: a kernel that returns less than 0 where `a` comes first, more than 0 where `b` does, as that of `Array.prototype.sort`; and
   * what it gets after both. Sorting by `keys`, or argsort, is many times faster.
   */
  compare: (a: Element<V>, b: Element<V>, ...args: never[]) => number
  args?: readonly unknown[]
  keys?: undefined
}

/**
 * Sorts in place, or `into` another view: NaN last, −0 before +0, as typed arrays are sorted; descending, NaN is still last. A radix sort,
 * O(n), for every element type, and stable; without `keys`, where the machine has AVX-512, a sample sort by vectors. It takes scratch memory
 * as large as what is sorted and, in each worker, as its part of it.
 *
 * By `compare` it is a stable sample sort: O(n log n), and of elements that equal many others each is looked at once. A `compare` that is not
 * consistent gives the elements in some order.
 *
 * The death of a worker is made good (but not with `inPlace`), as what it was doing is done again from the scratch memory. A sort that is ended in the middle
 * (`signal`, `timeoutMs`, an error) leaves a mixture of elements in the target.
 *
 * Without a pool: on this thread, any typed array; by vectors it takes no scratch memory, as `inPlace`.
 *
 * @throws TypeError, RangeError for `keys` or `into` that do not fit or overlap in part, and for `keys` with `compare`
 * @example await sort(pool, xs)
 */
export function sort<V extends SharedView>(pool: Pool, xs: V, options?: AlgorithmOptions & SortOptions<V, ViewLike>): Promise<V>
export function sort<V extends SharedView>(
  pool: Pool,
  xs: Like<V>,
  options: AlgorithmOptions & SortOptions<V, ViewLike> & { into: V },
): Promise<V>
export function sort<V extends TypedArray>(xs: V, options?: SortOptions<V>): V
export function sort<D extends TypedArray>(xs: Like<D, Readable>, options: SortOptions<D> & { into: D }): D
export function sort(first: Pool | Readable, second?: unknown, third?: AlgorithmOptions & SortOptions): unknown {
  if (first instanceof Pool) return sortOn(first, second as SharedView, third)
  const options = givenOptions<SortOptions>(second)
  const source = checkView('xs', first)
  const into = targetOrSelf(source, options.into, false)
  const keys = options.keys === undefined ? undefined : checkView('keys', options.keys)
  return passesAlone((place) => sortAs(place, source, into, keys, options))
}

async function sortOn(pool: Pool, xs: SharedView, options: AlgorithmOptions & SortOptions = {}): Promise<TypedArray> {
  requireOptions(options)
  const source = checkShared('xs', xs)
  const into = targetOrSelf(source, options.into, true)
  const keys = options.keys === undefined ? undefined : checkShared('keys', options.keys as SharedView)
  return passesOn(pool, (place) => sortAs(place, source, into, keys, options), options)
}

function sortAs(
  place: Place,
  source: TypedArray,
  into: TypedArray,
  keys: TypedArray | undefined,
  options: SortOptions,
): Passes<TypedArray> {
  const { compare, args = [], descending = false, inPlace = false, stable = true } = options
  checkBoolean('descending', descending)
  checkBoolean('stable', stable)
  if (!Array.isArray(args)) throw expectedType('args', 'an array', args)
  checkBoolean('inPlace', inPlace)
  if (inPlace) {
    const other = (['compare', 'keys', 'into'] as const).find((name) => options[name] !== undefined)
    if (other !== undefined) throw expectedType('inPlace', `false, or no ${other} beside it`, inPlace)
    return inPlaceAs(place, source, descending)
  }
  if (compare === undefined) return sortPasses(place, source, into, keys, descending)
  if (typeof compare !== 'function') throw expectedType('compare', 'a function', compare)
  if (keys !== undefined)
    throw expectedType('keys', 'nothing where there is compare (argsort the keys, or compare what lies in args)', keys)
  return compared(place, source, into, compare as never, { args, descending })
}

function* inPlaceAs(place: Place, xs: TypedArray, descending: boolean): Passes<TypedArray> {
  yield* inPlaceSort(place, xs, descending)
  return xs
}

function* compared(place: Place, source: TypedArray, into: TypedArray, compare: Compare, comparing: Comparing): Passes<TypedArray> {
  yield* comparisonSort(place, source, isSame(source, into) ? source : into, compare, comparing)
  return into
}

export function* sortPasses<V extends TypedArray>(
  place: Place,
  source: V,
  into: V,
  keys: TypedArray | undefined,
  descending: boolean,
): Passes<V> {
  const target = isSame(source, into) ? source : into
  if (keys === undefined) {
    yield* radixSort(place, { keys: source, toKeys: target }, descending)
    return into
  }
  if (keys.length !== source.length) throw expectedRange('keys', `a view of ${source.length} elements, as many as are sorted`, keys.length)
  checkSameOrDisjoint('keys', keys, target)
  const travels = source.BYTES_PER_ELEMENT >= 4
  if (travels) {
    yield* radixSort(place, { keys, payload: source, toPayload: target }, descending)
    return into
  }
  const order = yield* argsortPasses(place, keys, place.scratch(new Uint32Array(), keys.length), descending)
  const copy = place.scratch(source, source.length)
  yield* each(source as TypedArray, copyStretch, [copy])
  yield* each(order as TypedArray, gatherStretch, [copy, target])
  return into
}
