import { kernelSum, kernelSumCompensated } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** Of floats a number; of integers exact: a number while that is exact as one, else a bigint. */
export type Total = number | bigint

export function sumStretch({ source, start, end }: Stretch<TypedArray>): Total {
  return kernelSum(source, start, end)
}

export function addTotals(a: Total, b: Total): Total {
  if (typeof a === 'bigint' || typeof b === 'bigint') return BigInt(a) + BigInt(b)
  return a + b
}

/** Sums of integers: what no longer is exact as a number becomes a bigint. */
export function addWholeTotals(a: Total, b: Total): Total {
  const total = addTotals(a, b)
  return typeof total === 'bigint' || Number.isSafeInteger(total) ? total : BigInt(a) + BigInt(b)
}

export const floatSum: Reduction<Total> = { kernel: sumStretch, combine: addTotals }
export const wholeSum: Reduction<Total> = { kernel: sumStretch, combine: addWholeTotals }

/** A sum, and what rounding has lost of it. */
export type CompensatedTotal = Float64Array

export function sumStretchCompensated({ source, start, end }: Stretch<TypedArray>): CompensatedTotal {
  const total = new Float64Array(2)
  kernelSumCompensated(source, start, end, total)
  return total
}

/** Knuth's TwoSum: exact. */
export function addCompensatedTotals(a: CompensatedTotal, b: CompensatedTotal): CompensatedTotal {
  const [x, y] = [a[0]!, b[0]!]
  const sum = x + y
  const other = sum - x
  a[0] = sum
  a[1] = a[1]! + (x - (sum - other) + (y - other)) + b[1]!
  return a
}

export const compensatedSum: Reduction<CompensatedTotal> = { kernel: sumStretchCompensated, combine: addCompensatedTotals }
