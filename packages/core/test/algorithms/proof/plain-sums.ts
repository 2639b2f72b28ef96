import type { TypedArray } from '@shoal/core'
import type { Subject } from './subject.js'

/** So few that sums of their 32-bit integers are exact doubles. */
const EXACT = 1 << 20

/** Of integers, exactly. `square`: of their squares. */
export function wholeSum(xs: TypedArray, square = false): bigint {
  let total = 0n
  if (xs.BYTES_PER_ELEMENT === 8 || (square && xs.BYTES_PER_ELEMENT === 4)) {
    for (const x of xs as BigInt64Array) total += square ? BigInt(x) * BigInt(x) : BigInt(x)
    return total
  }
  for (let start = 0; start < xs.length; start += EXACT) {
    let part = 0
    const end = Math.min(xs.length, start + EXACT)
    for (let i = start; i < end; i++) part += square ? Number(xs[i]) ** 2 : Number(xs[i])
    total += BigInt(part)
  }
  return total
}

export interface RealSum {
  readonly sum: number
  /** Of the absolute values: what errors are measured by. */
  readonly magnitude: number
}

/** After Neumaier ("Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974). */
export function realSum(length: number, at: (i: number) => number, seen?: (i: number, sum: RealSum) => void): RealSum {
  let [sum, lost, magnitude] = [0, 0, 0]
  for (let i = 0; i < length; i++) {
    const x = at(i)
    const next = sum + x
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum
    sum = next
    magnitude += Math.abs(x)
    seen?.(i, { sum: sum + lost, magnitude })
  }
  return { sum: sum + lost, magnitude }
}

/** Within what pairwise summation may be off, and the rounding of what was added. */
export function isNear(actual: number, { sum, magnitude }: RealSum, relative = 2 ** -46): boolean {
  // A sum that overflows on the way is not told by this one.
  if (!Number.isFinite(magnitude)) return true
  return Math.abs(actual - sum) <= magnitude * relative + Number.MIN_VALUE
}

export function numbersOf({ xs, isBigInt }: Subject): (i: number) => number {
  return isBigInt ? (i) => Number(xs[i]) : (i) => xs[i] as number
}
