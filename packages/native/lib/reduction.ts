import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('reduction')

type Scalar = number | bigint

/** The sum of elements `[start, end)`: of floats a number, rounded along a fixed tree; of integers exact, a bigint where no number can be. */
export const kernelSum = native.kernelSum as (xs: KernelView, start: number, end: number) => Scalar

/** Floats only: `out[0]` gets the sum, `out[1]` what rounding has lost of it. */
export const kernelSumCompensated = native.kernelSumCompensated as (xs: KernelView, start: number, end: number, out: Float64Array) => void

/** `out` gets the count, the mean, and the sum of squared deviations from it; all 0 of no elements. */
export const kernelMoments = native.kernelMoments as (xs: KernelView, start: number, end: number, out: Float64Array) => void

/** Σ x · y with as many elements of `ys`, of the same type, from `ysStart` on; rounded or exact as a sum is. */
export const kernelDot = native.kernelDot as (xs: KernelView, start: number, end: number, ys: KernelView, ysStart: number) => Scalar

/** `out` gets Σ (x · 2^(−600 · scale))² and the scale: −1, 0 or 1, so that squares neither overflow nor vanish. */
export const kernelSquares = native.kernelSquares as (xs: KernelView, start: number, end: number, out: Float64Array) => void

/** How many elements lie in `[least, most]`, both of the element type. */
export const kernelWithin = native.kernelWithin as (xs: KernelView, start: number, end: number, least: Scalar, most: Scalar) => number

/** The least and the greatest of at least one element. As Math.min and Math.max: NaN wins, and −0 is less than 0. */
export const kernelExtremes = native.kernelExtremes as <S extends Scalar>(xs: KernelView, start: number, end: number) => [S, S]

/** The least or the greatest of at least one element, and how far from `start` it is for the first time; the first NaN where there is one. */
export const kernelFirst = native.kernelFirst as <S extends Scalar>(
  xs: KernelView,
  start: number,
  end: number,
  greatest: boolean,
) => [S, number]
