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
  return [precedes(b[0], a[0]) ? b[0] : a[0], exceeds(b[1], a[1]) ? b[1] : a[1]]
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

function extremesOf<R>(view: TypedArray, finish: (pair: Pair) => R): Reduction {
  checkNotEmpty(view)
  return { kernel: extremesOfStretch, combine: joinExtremes, args: [], finish } as Reduction<Pair, R> as Reduction
}

export const minOf = (view: TypedArray): Reduction => extremesOf(view, ([least]) => least)
export const maxOf = (view: TypedArray): Reduction => extremesOf(view, ([, greatest]) => greatest)
export const minMaxOf = (view: TypedArray): Reduction => extremesOf(view, ([min, max]) => ({ min, max }))

function argOf(view: TypedArray, greatest: boolean): Reduction {
  checkNotEmpty(view)
  const combine = greatest ? firstGreatest : firstLeast
  const reduction: Reduction<Found, number> = { kernel: firstOfStretch, combine, args: [greatest], finish: ([, index]) => index }
  return reduction as Reduction
}

export const argMinOf = (view: TypedArray): Reduction => argOf(view, false)
export const argMaxOf = (view: TypedArray): Reduction => argOf(view, true)
