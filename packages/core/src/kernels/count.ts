import { kernelWithin } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import { type Comparison, intervalOf } from './comparison.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'
import type { Total } from './sum.js'

export function countStretch({ source, start, end }: Stretch<TypedArray>, least: Total, most: Total): number {
  return kernelWithin(source, start, end, least, most)
}

/** Those in an interval that are not one value of it. */
export function countStretchBut({ source, start, end }: Stretch<TypedArray>, least: Total, most: Total, but: Total): number {
  return kernelWithin(source, start, end, least, most) - kernelWithin(source, start, end, but, but)
}

/** All that are not one value: NaN, which lies in no interval, too. */
export function countStretchUnlike({ source, start, end }: Stretch<TypedArray>, but: Total): number {
  return end - start - kernelWithin(source, start, end, but, but)
}

export function addCounts(a: number, b: number): number {
  return a + b
}

export function countOf(view: TypedArray, where: Comparison | Total): Reduction {
  const { interval, but } = intervalOf(view, where)
  const counting = { combine: addCounts, finish: (count: number) => count }
  if (but === undefined) return { ...counting, kernel: countStretch, args: interval ?? [1, 0] } as Reduction
  if (interval === undefined) return { ...counting, kernel: countStretchUnlike, args: [but] } as Reduction
  return { ...counting, kernel: countStretchBut, args: [...interval, but] } as Reduction
}
