import { binding } from './binding.js'
import type { KernelView } from './kernel-view.js'

/** The sum of elements `[start, end)`: of floats a number, rounded along a fixed tree; of integers exact, a bigint where no number can be. */
export const kernelSum = binding.kernelSum as (xs: KernelView, start: number, end: number) => number | bigint

/** Floats only: `out[0]` gets the sum, `out[1]` what rounding has lost of it. */
export const kernelSumCompensated = binding.kernelSumCompensated as (xs: KernelView, start: number, end: number, out: Float64Array) => void
