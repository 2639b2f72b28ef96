import { kernelDecodeKey, kernelSurveyKeys } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'

/** The key of an element among those of `like`'s type, ascending; for 0, the key of the zero that is given. */
export function keyOf(like: TypedArray, value: number | bigint, zero: number): bigint {
  const one = oneLike(like)
  const survey = new BigUint64Array(5)
  one[0] = value === 0 ? zero : value
  kernelSurveyKeys(one, 0, 1, false, survey)
  return survey[0]!
}

/** The element of `like`'s type that has this key. */
export function elementOf(like: TypedArray, key: bigint, descending = false): number | bigint {
  const one = oneLike(like)
  kernelDecodeKey(one, key, descending)
  return one[0]!
}

function oneLike(like: TypedArray): TypedArray {
  return new (like.constructor as new (length: number) => TypedArray)(1)
}
