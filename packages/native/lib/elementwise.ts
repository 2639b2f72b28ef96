import { binding } from './binding.js'
import type { KernelView } from './kernel-view.js'

/** Stores `value`, converted by the caller to one the element type holds, into elements `[start, end)`. */
export const kernelFill = binding.kernelFill as (into: KernelView, start: number, end: number, value: number | bigint) => void
