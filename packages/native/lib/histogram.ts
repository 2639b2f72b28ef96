import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('histogram')

type Weighted = [view: KernelView, start: number, end: number, weights: Float64Array | undefined, at: number]

/** Adds to `counts`, one fewer than `edges`. What is outside is not counted. */
export const kernelHistogram = native.kernelHistogram as (...args: [...Weighted, edges: Float64Array, counts: Float64Array]) => void
/**
 * Integers. One more than the greatest, from where on `counts` are as they were; more than there are counts when one is negative or too large:
 * `counts` are of no use then.
 */
export const kernelBincount = native.kernelBincount as (...args: [...Weighted, counts: Float64Array]) => number
