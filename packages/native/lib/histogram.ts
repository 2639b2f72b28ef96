import { binding } from './binding.js'
import type { KernelView } from './kernel-view.js'

type Weighted = [view: KernelView, start: number, end: number, weights: Float64Array | undefined, at: number]

/** Adds to `counts`, one fewer than `edges`. What is outside is not counted. */
export const kernelHistogram = binding.kernelHistogram as (...args: [...Weighted, edges: Float64Array, counts: Float64Array]) => void
/** Integers. False when one has no bin in `counts`. */
export const kernelBincount = binding.kernelBincount as (...args: [...Weighted, counts: Float64Array]) => boolean
