import {
  kernelCountPrefixes,
  kernelGather,
  kernelPermuteInPlace,
  kernelSampleKeys,
  kernelScatter,
  kernelSortAlone,
  kernelSortBuckets,
  kernelSortInPlace,
  kernelSurveyKeys,
} from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** The least key, the greatest, the first, the last, and 1 if they ascend; empty of no element. */
export type KeySurvey = BigUint64Array

export function surveyKeys({ source, start, end }: Stretch<TypedArray>, descending: boolean): KeySurvey {
  const survey = new BigUint64Array(start === end ? 0 : 5)
  if (start < end) kernelSurveyKeys(source, start, end, descending, survey)
  return survey
}

/** Of about a thousand elements of a view that has some: the others may lie outside. */
export function sampleKeys(xs: TypedArray, descending: boolean): KeySurvey {
  const survey = new BigUint64Array(5)
  kernelSampleKeys(xs, descending, survey)
  return survey
}

export function combineSurveys(a: KeySurvey, b: KeySurvey): KeySurvey {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const isSorted = a[4] === 1n && b[4] === 1n && a[3]! <= b[2]!
  const [least] = a[0]! < b[0]! ? a : b
  const [, most] = a[1]! > b[1]! ? a : b
  return BigUint64Array.of(least!, most!, a[2]!, b[3]!, isSorted ? 1n : 0n)
}

export function keySurveyOf(descending: boolean): Reduction<KeySurvey, KeySurvey> {
  return { kernel: surveyKeys, combine: combineSurveys, args: [descending], finish: (survey) => survey }
}

/** Blocks are stretches of `blockLength` elements. */
export function countPrefixes(
  { source, start, end }: Stretch<TypedArray>,
  descending: boolean,
  plan: Uint8Array,
  blockLength: number,
  counts: Uint32Array,
): void {
  kernelCountPrefixes(source, start, end, descending, plan, start / blockLength, counts)
}

export function scatterBlock(
  { source, start, end }: Stretch<TypedArray>,
  payload: TypedArray | undefined,
  descending: boolean,
  plan: Uint8Array,
  offsets: BigUint64Array,
  blockLength: number,
  toKeys: TypedArray,
  toPayload: TypedArray | undefined,
): void {
  kernelScatter(source, start, end, payload, descending, plan, offsets, start / blockLength, toKeys, toPayload)
}

/** The stretch is one of buckets. */
export function sortBuckets(
  { start, end }: { start: number; end: number },
  keys: TypedArray,
  payload: TypedArray | undefined,
  plan: Uint8Array,
  descending: boolean,
  toKeys: TypedArray | undefined,
  toPayload: TypedArray | undefined,
): void {
  kernelSortBuckets(keys, payload, plan, start, end, descending, toKeys, toPayload)
}

/** All of a view, on this thread. */
export function sortStretch({ source }: Stretch<TypedArray>, payload: TypedArray | undefined, descending: boolean): void {
  kernelSortAlone(source, payload, descending)
}

/** All of a view into buckets. */
export function permuteInPlace(_: unknown, xs: TypedArray, descending: boolean, plan: Uint8Array): void {
  if (!kernelPermuteInPlace(xs, descending, plan)) throw new Error('Expected a view that nobody stores into while it is sorted')
}

export function sortStretchInPlace({ source, start, end }: Stretch<TypedArray>, descending: boolean): void {
  kernelSortInPlace(source, start, end, descending)
}

/** The stretch is one of parts, which begin at `starts`. */
export function sortPartsInPlace(
  { start, end }: { start: number; end: number },
  xs: TypedArray,
  descending: boolean,
  starts: Float64Array,
): void {
  for (let part = start; part < end; part++) kernelSortInPlace(xs, starts[part]!, starts[part + 1]!, descending)
}

/** Elements of another view in the order of this stretch of indexes. */
export function gatherStretch({ source, start, end }: Stretch<TypedArray>, from: TypedArray, into: TypedArray): void {
  kernelGather(source as Uint32Array, start, end, from, into, start)
}

export function copyStretch({ source, start, end }: Stretch<TypedArray>, into: TypedArray): void {
  into.set(source.subarray(start, end) as never, start)
}

/** What a sort needs in one place between its passes: see `radix_sort.h` of @shoal/native. */
export { kernelBeginPlan as beginPlan, kernelPlanBuckets as planBuckets, kMaxBuckets, kPlanBytes, kPrefixes } from '@shoal/native'
