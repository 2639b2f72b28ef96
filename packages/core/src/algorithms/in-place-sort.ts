import { permuteInPlace, sortPartsInPlace, sortStretchInPlace } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'
import { placeSort } from './place-sort.js'
import { bucketsOf, isSortedAlone, rangeOf } from './radix-sort.js'

/** Counts of a block have 32 bits. */
const MOST_IN_BLOCK = 2 ** 31

/**
 * Sorts elements by swapping them: into buckets, by one worker; then each bucket. Beside the view it takes 384 KiB a worker for counts and
 * what 65,536 elements take. What was done in part can not be done again. By vectors where that can be done: `place-sort.ts`.
 */
export function* inPlaceSort(place: Place, xs: TypedArray, descending: boolean): Passes<void> {
  if (isSortedAlone(place, xs)) return yield* each(xs, sortStretchInPlace, [descending], xs.length)
  const survey = yield* rangeOf(xs, descending)
  if (survey[4] === 1n) return
  if (yield* placeSort(place, xs, descending)) return
  const blocks = Math.max(place.workers, Math.ceil(xs.length / MOST_IN_BLOCK))
  const { plan, offsets, buckets } = yield* bucketsOf(place, xs, survey, descending, blocks)
  yield* each(1, permuteInPlace, [xs, descending, plan], 1, { retry: 'never', isLong: true })
  // The first block's offsets are where buckets begin.
  const starts = place.scratch(new Float64Array(), buckets + 1)
  for (let bucket = 0; bucket < buckets; bucket++) starts[bucket] = Number(offsets[bucket])
  starts[buckets] = xs.length
  yield* each(buckets, sortPartsInPlace, [xs, descending, starts], Math.ceil(buckets / (place.workers * 32)), {
    retry: 'never',
    isLong: true,
  })
}
