import { requireOptions } from '../errors/index.js'
import { randomStretch } from '../kernels/index.js'
import type { SharedView, TypedArray } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { type Like, targetOrSelf } from './into.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { each, type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { type Seed, seedWords } from './random.js'
import { sortPasses } from './sort.js'

/** The seed of the order, and where the result goes. */
export interface ShuffleOptions<V = TypedArray> extends Seed {
  /** Where the result goes; `xs` is not changed then. */
  into?: V
}

/**
 * Puts the elements into a random order, in place or `into` another view: each order is as likely. `seed` and `stream` name it (see `random`);
 * it is the same for any number of workers, and without a pool. Elements are sorted by random numbers: scratch memory of 8 bytes an element,
 * beside that of `sortByKey`. Of the death of a worker and of what is ended in the middle the same is true as of `sort`.
 *
 * @throws TypeError, RangeError for an `into` that does not fit, and for seeds that are no integers
 * @example await shuffle(pool, rows, { seed: 42 })
 */
export function shuffle<V extends SharedView>(pool: Pool, xs: V, options?: AlgorithmOptions & ShuffleOptions<V>): Promise<V>
export function shuffle<V extends SharedView>(
  pool: Pool,
  xs: Like<V>,
  options: AlgorithmOptions & ShuffleOptions<V> & { into: V },
): Promise<V>
export function shuffle<V extends TypedArray>(xs: Like<V, Readable>, options: ShuffleOptions<V> & { into: V }): V
export function shuffle<V extends TypedArray>(xs: V, options?: ShuffleOptions<V>): V
export function shuffle(first: Pool | Readable, second?: unknown, third?: AlgorithmOptions & ShuffleOptions): unknown {
  if (first instanceof Pool) return shuffleOn(first, second as SharedView, third)
  const options = givenOptions<ShuffleOptions>(second)
  const source = checkView('xs', first)
  const into = targetOrSelf(source, options.into, false)
  return passesAlone((place) => shufflePasses(place, source, into, options))
}

async function shuffleOn(pool: Pool, xs: SharedView, options: AlgorithmOptions & ShuffleOptions = {}): Promise<TypedArray> {
  requireOptions(options)
  const source = checkShared('xs', xs)
  const into = targetOrSelf(source, options.into, true)
  return passesOn(pool, (place) => shufflePasses(place, source, into, options), options)
}

function* shufflePasses<V extends TypedArray>(place: Place, source: V, into: V, seed: Seed): Passes<V> {
  const numbers = place.scratch(new BigUint64Array(), source.length)
  yield* each(numbers as TypedArray, randomStretch, [BigUint64Array.of(...seedWords(seed), 0n, 0n), new Float64Array(2)])
  return yield* sortPasses(place, source, into, numbers, false)
}
