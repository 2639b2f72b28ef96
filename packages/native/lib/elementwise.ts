import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('elementwise')

/**
 * A value of an element: a bigint for the two BigInt types. The caller has seen to it that the element type holds it. A `factor` of floats is
 * any number: it is not rounded to the element type.
 */
type Scalar = number | bigint

/** Stores `value` into elements `[start, end)`. */
export const kernelFill = native.kernelFill as (into: KernelView, start: number, end: number, value: Scalar) => void

/** into[start + i] = first + (index + i) · step */
export const kernelIota = native.kernelIota as (
  into: KernelView,
  start: number,
  end: number,
  index: number,
  first: Scalar,
  step: Scalar,
) => void

/** into[intoStart + i] = factor · xs[start + i]; here and below views of one type, which are the same view or do not overlap. */
export const kernelScale = native.kernelScale as (
  xs: KernelView,
  start: number,
  end: number,
  into: KernelView,
  intoStart: number,
  factor: Scalar,
) => void

/** ys[start + i] += factor · xs[xsStart + i] */
export const kernelAxpy = native.kernelAxpy as (
  ys: KernelView,
  start: number,
  end: number,
  xs: KernelView,
  xsStart: number,
  factor: Scalar,
) => void

type Binary = (xs: KernelView, start: number, end: number, ys: KernelView, ysStart: number, into: KernelView, intoStart: number) => void

/** into[intoStart + i] = xs[start + i] + ys[ysStart + i] */
export const kernelAdd = native.kernelAdd as Binary
/** into[intoStart + i] = xs[start + i] · ys[ysStart + i] */
export const kernelMultiply = native.kernelMultiply as Binary

/** Elements below `least` become that, those above `most` that; NaN stays. */
export const kernelClamp = native.kernelClamp as (
  xs: KernelView,
  start: number,
  end: number,
  into: KernelView,
  intoStart: number,
  least: Scalar,
  most: Scalar,
) => void

/**
 * Stores elements of any type as elements of any other, as a store in JavaScript would; bigints too: integers keep their low bits, floats are
 * truncated.
 */
export const kernelConvert = native.kernelConvert as (
  xs: KernelView,
  start: number,
  end: number,
  into: KernelView,
  intoStart: number,
) => void
