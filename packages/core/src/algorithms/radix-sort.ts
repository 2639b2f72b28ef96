import {
  beginPlan,
  copyStretch,
  countPrefixes,
  type KeySurvey,
  keySurveyOf,
  kMaxBuckets,
  kPlanBytes,
  kPrefixes,
  kSortsByVectors,
  planBuckets,
  sampleKeys,
  scatterBlock,
  sortBuckets,
  sortStretch,
} from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place, reduce } from './passes.js'
import { splitSort } from './split-sort.js'

/** Up to here one thread is as fast as several passes over several: elements, and bytes where they are sorted by vectors. */
const SORTED_ALONE = 1 << 16
const SORTED_ALONE_BYTES = 1 << 20
/** Each block of the input has 256 KiB of counts. */
const MOST_BLOCKS = 64

/** What is sorted, by `keys`, and what travels with them: `from` into `to`, which may be the same. */
export interface SortedColumns {
  readonly keys: TypedArray
  /** Not given: the keys are not wanted. */
  readonly toKeys?: TypedArray | undefined
  /** Elements of four or eight bytes; `rows` for the indexes of the rows. */
  readonly payload?: TypedArray | 'rows' | undefined
  readonly toPayload?: TypedArray | undefined
}

/**
 * Sorts by most significant bits into buckets, and each bucket by least significant digits: see `radix_sort.h` of @shoal/native. Stable.
 * Takes scratch memory as large as the columns, 256 KiB for each of at most 64 blocks, and in each worker two copies of the largest bucket.
 * Keys alone, of which nobody can tell whether equal ones stay in order, are sorted by vectors where that can be done: `split-sort.ts`.
 */
export function* radixSort(place: Place, columns: SortedColumns, descending: boolean): Passes<void> {
  const { keys, toKeys, payload, toPayload } = columns
  const { length } = keys
  if (length === 0) return
  const isKeysAlone = payload === undefined && toKeys !== undefined
  const isAlone = isKeysAlone ? isSortedAlone(place, keys) : place.workers === 0 || length <= SORTED_ALONE
  if (isAlone) return yield* sortAlone(place, columns, descending)
  const survey = yield* rangeOf(keys, descending)
  if (survey[4] === 1n && (toKeys === undefined || toKeys === keys) && payload === toPayload) return
  if (isKeysAlone && survey[4] === 1n) return yield* each(keys, copyStretch, [toKeys])
  if (isKeysAlone && (yield* splitSort(place, keys, toKeys, descending))) return

  const blocks = Math.min(MOST_BLOCKS, place.workers * 4)
  const { plan, offsets, buckets, blockLength } = yield* bucketsOf(place, keys, survey, descending, blocks)
  const scattered = place.scratch(keys, length)
  const scatteredPayload = toPayload && place.scratch(toPayload, length)
  const from = payload === 'rows' ? undefined : payload
  yield* each(keys, scatterBlock, [from, descending, plan, offsets, blockLength, scattered, scatteredPayload], blockLength)
  const bucketsEach = Math.max(1, Math.floor(buckets / (place.workers * 32)))
  yield* each(buckets, sortBuckets, [scattered, scatteredPayload, plan, descending, toKeys, toPayload], bucketsEach)
}

/** Whether one thread sorts keys alone. */
export function isSortedAlone({ workers }: Place, keys: TypedArray): boolean {
  const most = kSortsByVectors && keys.BYTES_PER_ELEMENT >= 4 ? SORTED_ALONE_BYTES / keys.BYTES_PER_ELEMENT : SORTED_ALONE
  return workers === 0 || keys.length <= most
}

/** Of a sample, or of all keys where they may be sorted already. */
export function* rangeOf(keys: TypedArray, descending: boolean): Passes<KeySurvey> {
  const sample = sampleKeys(keys, descending)
  return sample[4] === 1n ? yield* reduce(keys, keySurveyOf(descending)) : sample
}

interface Buckets {
  readonly plan: Uint8Array
  /** Where each block's first element of each bucket goes. */
  readonly offsets: BigUint64Array
  readonly buckets: number
  readonly blockLength: number
}

/** Counts, and cuts the keys into buckets of about equal size. */
export function* bucketsOf(place: Place, keys: TypedArray, survey: KeySurvey, descending: boolean, blocks: number): Passes<Buckets> {
  const blockLength = Math.ceil(keys.length / blocks / 64) * 64
  const blockCount = Math.ceil(keys.length / blockLength)
  const plan = place.scratch(new Uint8Array(), kPlanBytes)
  const counts = place.scratch(new Uint32Array(), blockCount * kPrefixes)
  const offsets = place.scratch(new BigUint64Array(), (blockCount + 1) * kMaxBuckets)
  beginPlan(plan, survey, keys, descending)
  yield* each(keys, countPrefixes, [descending, plan, blockLength, counts], blockLength)
  return { plan, offsets, buckets: planBuckets(plan, counts, blockCount, offsets), blockLength }
}

function* sortAlone(place: Place, { keys, toKeys, payload, toPayload }: SortedColumns, descending: boolean): Passes<void> {
  const sorted = toKeys ?? place.scratch(keys, keys.length)
  if (sorted !== keys) yield* each(keys, copyStretch, [sorted], keys.length)
  if (payload === 'rows') {
    for (let i = 0; i < keys.length; i++) toPayload![i] = i
  } else if (payload !== undefined && payload !== toPayload) {
    yield* each(payload, copyStretch, [toPayload!], keys.length)
  }
  yield* each(sorted, sortStretch, [toPayload, descending], keys.length)
}
