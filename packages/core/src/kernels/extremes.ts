import { kernelExtremes, kernelFirst } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import { checkNotEmpty } from './check-not-empty.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'
import type { Total } from './sum.js'

type Pair = readonly [least: Total, greatest: Total]
/** An element, and its index in the view. */
type Found = readonly [element: Total, index: number]

/** The order of extremes: NaN before everything, −0 before 0. */
function precedes(a: Total, b: Total): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return !Number.isNaN(b)
  return a < b || (a === b && Object.is(a, -0) && !Object.is(b, -0))
}

/** The same from the other end: NaN before everything, 0 before −0. */
function exceeds(a: Total, b: Total): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return !Number.isNaN(b)
  return precedes(b, a)
}

export function extremesOfStretch({ source, start, end }: Stretch<TypedArray>): Pair {
  return kernelExtremes(source, start, end)
}

export function joinExtremes(a: Pair, b: Pair): Pair {
  return [lesser(a[0], b[0]), greater(a[1], b[1])]
}

/** A value alone, since a region passes numbers on faster than pairs of them. */
export function leastOfStretch({ source, start, end }: Stretch<TypedArray>): Total {
  return kernelExtremes<Total>(source, start, end)[0]
}

export function greatestOfStretch({ source, start, end }: Stretch<TypedArray>): Total {
  return kernelExtremes<Total>(source, start, end)[1]
}

export function lesser(a: Total, b: Total): Total {
  return precedes(b, a) ? b : a
}

export function greater(a: Total, b: Total): Total {
  return exceeds(b, a) ? b : a
}

export function firstOfStretch({ source, start, end }: Stretch<TypedArray>, greatest: boolean): Found {
  const [element, index] = kernelFirst<Total>(source, start, end, greatest)
  return [element, start + index]
}

export function firstLeast(a: Found, b: Found): Found {
  return precedes(b[0], a[0]) ? b : a
}

export function firstGreatest(a: Found, b: Found): Found {
  return exceeds(b[0], a[0]) ? b : a
}

function extremesOf<P, R>(view: TypedArray, reduction: Omit<Reduction<P, R>, 'args'>): Reduction {
  checkNotEmpty(view)
  return { ...reduction, args: [] } as Reduction<P, R> as Reduction
}

const itself = (extreme: Total): Total => extreme
export const minOf = (view: TypedArray): Reduction => extremesOf(view, { kernel: leastOfStretch, combine: lesser, finish: itself })
export const maxOf = (view: TypedArray): Reduction => extremesOf(view, { kernel: greatestOfStretch, combine: greater, finish: itself })
export const minMaxOf = (view: TypedArray): Reduction =>
  extremesOf(view, { kernel: extremesOfStretch, combine: joinExtremes, finish: ([min, max]: Pair) => ({ min, max }) })

function argOf(view: TypedArray, greatest: boolean): Reduction {
  checkNotEmpty(view)
  const combine = greatest ? firstGreatest : firstLeast
  const reduction: Reduction<Found, number> = { kernel: firstOfStretch, combine, args: [greatest], finish: ([, index]) => index }
  return reduction as Reduction
}

export const argMinOf = (view: TypedArray): Reduction => argOf(view, false)
export const argMaxOf = (view: TypedArray): Reduction => argOf(view, true)
