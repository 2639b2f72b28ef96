import { kernelSquares } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** Squares are of x · 2^(−600 · scale): they neither overflow nor vanish. */
const STEP = 2 ** 600

/** [sum of squares, scale] */
export function squaresOfStretch({ source, start, end }: Stretch<TypedArray>): Float64Array {
  const squares = new Float64Array(2)
  kernelSquares(source, start, end, squares)
  return squares
}

/** As inside a chunk. */
export function joinSquares(a: Float64Array, b: Float64Array): Float64Array {
  if (a[0] === 0) return b
  if (b[0] === 0) return a
  const [larger, smaller] = a[1]! >= b[1]! ? [a, b] : [b, a]
  const apart = larger[1]! - smaller[1]!
  if (apart === 0) a[0] = a[0]! + b[0]!
  else if (apart === 1) larger[0] = larger[0]! + smaller[0]! / STEP / STEP
  return larger
}

export function normOf(): Reduction {
  const reduction: Reduction<Float64Array, number> = {
    kernel: squaresOfStretch,
    combine: joinSquares,
    args: [],
    finish: ([sum, scale]) => Math.sqrt(sum!) * STEP ** scale!,
  }
  return reduction as Reduction
}
