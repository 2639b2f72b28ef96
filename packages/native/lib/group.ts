import { binding } from './binding.js'
import type { KernelView } from './kernel-view.js'

/** Key columns, value columns, and for each of these 0 for the sum, 1 for the minimum, 2 for the maximum. */
type Columns = [keys: readonly KernelView[], values: readonly KernelView[], aggregates: Uint8Array]

/** The groups of rows `[start, end)` as bytes; the first eight are their number. */
export const kernelGroup = binding.kernelGroup as (...args: [...Columns, start: number, end: number]) => Uint8Array
/** Those of the rows of `a` and then of `b`. Only the types of the columns matter. */
export const kernelMergeGroups = binding.kernelMergeGroups as (...args: [...Columns, a: Uint8Array, b: Uint8Array]) => Uint8Array
/** Writes the columns of the groups; −1, or the first column whose sum no number holds. */
export const kernelReadGroups = binding.kernelReadGroups as (
  ...args: [...Columns, groups: Uint8Array, counts: Float64Array, toKeys: readonly KernelView[], toValues: readonly KernelView[]]
) => number
