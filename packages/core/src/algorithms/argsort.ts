import { checkBoolean, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import type { IndexView, TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, checkWritable, type Readable } from './check-view.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { checkDisjoint } from './overlap.js'
import { type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { radixSort } from './radix-sort.js'

/** The order of `argsort`, and where its indices go. */
export interface ArgsortOptions<I = Uint32Array> {
  descending?: boolean
  into?: I
}

/**
 * The indexes of the elements in the order of `sort`: `xs[result[0]]` comes first. Stable: of equal elements the one with the lower index.
 * `xs` is not changed. O(n).
 *
 * @throws RangeError for more than 2^32 − 1 elements, and for an `into` of another length or that overlaps `xs`
 * @example const order = await argsort(pool, ages)
 */
export function argsort(pool: Pool, xs: ViewLike, options?: AlgorithmOptions & ArgsortOptions<IndexView>): Promise<IndexView>
export function argsort(xs: Readable, options?: ArgsortOptions): Uint32Array
export function argsort(first: Pool | Readable, second?: unknown, third?: AlgorithmOptions & ArgsortOptions<IndexView>): unknown {
  if (first instanceof Pool) return argsortOn(first, second as ViewLike, third)
  const { descending = false, into } = givenOptions<ArgsortOptions>(second)
  const view = checkView('xs', first)
  checkIndexable('xs', view)
  const target = into === undefined ? undefined : checkIndices(checkView('into', into), view)
  return passesAlone((place) => argsortPasses(place, view, target ?? place.make(new Uint32Array(), view.length), descending))
}

async function argsortOn(pool: Pool, xs: ViewLike, options: AlgorithmOptions & ArgsortOptions<IndexView> = {}): Promise<Uint32Array> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  checkIndexable('xs', view)
  const into = options.into === undefined ? undefined : checkIndices(checkShared('into', options.into), view)
  const { descending = false } = options
  return passesOn<Uint32Array>(
    pool,
    (place) => argsortPasses(place, view, into ?? place.make(new Uint32Array(), view.length), descending),
    options,
  )
}

export function* argsortPasses<I extends Uint32Array>(place: Place, xs: TypedArray, into: I, descending: boolean): Passes<I> {
  checkIndexable('xs', xs)
  checkBoolean('descending', descending)
  yield* radixSort(place, { keys: xs, payload: 'rows', toPayload: into }, descending)
  return into
}

/** @throws RangeError for more elements than a Uint32Array can tell apart */
export function checkIndexable(name: string, { length }: TypedArray): void {
  if (length > 2 ** 32 - 1) throw expectedRange(name, 'at most 2^32 − 1 elements', length)
}

function checkIndices(into: TypedArray, xs: TypedArray): Uint32Array {
  if (!(into instanceof Uint32Array)) throw expectedType('into', 'a Uint32Array', into)
  if (into.length !== xs.length) throw expectedRange('into', `a view of ${xs.length} elements, as many as there are`, into.length)
  checkDisjoint('into', into, xs)
  return checkWritable('into', into)
}
