/** The end of MurmurHash3: numbers from 0 to 2^32 − 1, as random as it takes, and the same on every side. */
export function mixed(i: number): number {
  let h = Math.imul(i, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** From 0 to 1, with 53 bits. */
function fraction(i: number): number {
  return (mixed(i) * 2 ** 21 + (mixed(i ^ 0x5bd1e995) >>> 11)) / 2 ** 53
}

export type Numbers = Float64Array | Int32Array | Uint32Array

/** Integers below `end` where that is given; else floats from 0 to 1, and all integers. */
export function fillMixed<V extends Numbers>(xs: V, end?: number): V {
  if (xs instanceof Float64Array) for (let i = 0; i < xs.length; i++) xs[i] = fraction(i)
  else if (end === undefined) for (let i = 0; i < xs.length; i++) xs[i] = mixed(i)
  else for (let i = 0; i < xs.length; i++) xs[i] = mixed(i) % end
  return xs
}

/** What all sides print of what they have sorted. */
export function checkOfOrder(xs: Numbers): number {
  const factor = xs instanceof Float64Array ? 1_000_000 : 1
  let sum = 0
  for (let i = 0; i < xs.length; i += 1000) sum += (((i / 1000) % 7) + 1) * Math.floor(xs[i]! * factor)
  return sum
}

/** And of what they have counted. */
export function checkOfCounts(counts: Float64Array): number {
  return counts.reduce((sum, count, i) => sum + (i + 1) * count, 0)
}

export const numberTypes = { f64: Float64Array, i32: Int32Array, u32: Uint32Array } as const
