import { kernelMoments } from '@shoal/native'
import { expectedRange, expectedType } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'
import { checkNotEmpty } from './check-not-empty.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** [count, mean, sum of squared deviations] */
export function momentsOfStretch({ source, start, end }: Stretch<TypedArray>): Float64Array {
  const moments = new Float64Array(3)
  kernelMoments(source, start, end, moments)
  return moments
}

/** Chan, Golub and LeVeque's update, as inside a chunk. */
export function joinMoments(a: Float64Array, b: Float64Array): Float64Array {
  const count = a[0]! + b[0]!
  const apart = b[1]! - a[1]!
  const share = b[0]! / count
  a[2] = a[2]! + b[2]! + apart * apart * (a[0]! * share)
  a[1] = a[1]! + apart * share
  a[0] = count
  return a
}

export function varianceOf(view: TypedArray, { ddof = 0 }: { ddof?: 0 | 1 | undefined } = {}): Reduction {
  checkNotEmpty(view)
  if (typeof ddof !== 'number') throw expectedType('ddof', '0 or 1', ddof)
  if (!Number.isInteger(ddof) || ddof < 0 || ddof >= view.length) {
    throw expectedRange('ddof', `an integer from 0 to ${view.length - 1}, less than there are elements`, ddof)
  }
  const reduction: Reduction<Float64Array, number> = {
    kernel: momentsOfStretch,
    combine: joinMoments,
    args: [],
    finish: ([count, , squares]) => squares! / (count! - ddof),
  }
  return reduction as Reduction
}
