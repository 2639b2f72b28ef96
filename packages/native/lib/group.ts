import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('group')

/** Key columns, value columns, and for each of these 0 for the sum, 1 for the minimum, 2 for the maximum. */
type Columns = [keys: readonly KernelView[], values: readonly KernelView[], aggregates: Uint8Array]
/** A column for each of theirs, and how many rows each group has. */
type Targets = [counts: Float64Array, toKeys: readonly KernelView[], toValues: readonly KernelView[]]
/** 2^`bits` parts of rows in chunks of `chunk`, and where each ends in each chunk. */
type Parts = [bits: number, chunk: number, ends: Uint32Array]

/** The groups of rows `[start, end)` as bytes; the first eight are their number. Empty where they come to more than `mostBytes`. */
export const kernelGroup = native.kernelGroup as (...args: [...Columns, start: number, end: number, mostBytes: number]) => Uint8Array
/** Those of the rows of `a` and then of `b`. Only the types of the columns matter. */
export const kernelMergeGroups = native.kernelMergeGroups as (
  ...args: [...Columns, a: Uint8Array, b: Uint8Array, mostBytes: number]
) => Uint8Array
/** Writes the columns of the groups; −1, or the first column whose sum no number holds. */
export const kernelReadGroups = native.kernelReadGroups as (...args: [...Columns, groups: Uint8Array, ...Targets]) => number
/** Copies the rows `[start, end)`, a chunk, part by part: see `group_parts.h`. Each row's number goes along, to `rows`. */
export const kernelSplitRows = native.kernelSplitRows as (
  keys: readonly KernelView[],
  columns: readonly KernelView[],
  start: number,
  end: number,
  ...args: [...Parts, rows: Float64Array | Uint32Array, to: readonly KernelView[]]
) => void
/**
 * Writes the groups of parts `[part, endPart)` of what was split, each from `starts[part]` on; `found[part]` is how many there are, or −1 − the
 * first column whose sum no number holds.
 */
export const kernelGroupParts = native.kernelGroupParts as (
  ...args: [...Columns, ...Parts, starts: Float64Array, part: number, endPart: number, found: Float64Array, ...Targets]
) => void
