import { kernelSum, kernelSumCompensated } from '@shoal/native'
import { checkBoolean, expectedRange } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'
import { elementTypeOf } from './element-types.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** Of floats a number; of integers exact: a number while that is exact as one, else a bigint. */
export type Total = number | bigint

export function sumStretch({ source, start, end }: Stretch<TypedArray>): Total {
  return kernelSum(source, start, end)
}

export function addTotals(a: Total, b: Total): Total {
  return typeof a === 'bigint' || typeof b === 'bigint' ? BigInt(a) + BigInt(b) : a + b
}

/** Sums of integers: what no longer is exact as a number becomes a bigint. */
export function addWholeTotals(a: Total, b: Total): Total {
  const total = addTotals(a, b)
  return typeof total === 'bigint' || Number.isSafeInteger(total) ? total : BigInt(a) + BigInt(b)
}

export function sumStretchCompensated({ source, start, end }: Stretch<TypedArray>): Float64Array {
  const total = new Float64Array(2)
  kernelSumCompensated(source, start, end, total)
  return total
}

/** Knuth's TwoSum: exact. */
export function addCompensatedTotals(a: Float64Array, b: Float64Array): Float64Array {
  const [x, y] = [a[0]!, b[0]!]
  const sum = x + y
  const other = sum - x
  a[0] = sum
  a[1] = a[1]! + (x - (sum - other) + (y - other)) + b[1]!
  return a
}

export function sumOf(
  view: TypedArray,
  { compensated = false, deterministic = true }: { compensated?: boolean | undefined; deterministic?: boolean | undefined } = {},
): Reduction {
  const { kind } = elementTypeOf(view)!
  checkBoolean('compensated', compensated)
  checkBoolean('deterministic', deterministic)
  if (kind !== 'float') return exactly(view, { kernel: sumStretch, combine: addWholeTotals, args: [], finish: (total) => total })
  if (!compensated) return { kernel: sumStretch, combine: addTotals, args: [], finish: (total) => total } as Reduction<Total> as Reduction
  const reduction: Reduction<Float64Array, number> = {
    kernel: sumStretchCompensated,
    combine: addCompensatedTotals,
    args: [],
    // What is infinite has lost nothing; NaN would come of it.
    finish: ([sum, lost]) => (Number.isFinite(sum) ? sum! + lost! : sum!),
  }
  return reduction as Reduction
}

/** Sums of numbers are numbers, or are refused; sums of bigints are bigints of any size. */
export function exactly(view: TypedArray, reduction: Reduction<Total, Total>): Reduction {
  const { kind } = elementTypeOf(view)!
  const finish = (total: Total): Total => {
    if (kind === 'bigint' || typeof total === 'number') return total
    const number = Number(total)
    if (Number.isSafeInteger(number)) return number
    throw expectedRange('xs', 'integers whose sum is at most 2^53 − 1 (convert() them to a BigInt64Array for an exact one)', total)
  }
  return { ...reduction, finish } as Reduction<Total, Total> as Reduction
}
