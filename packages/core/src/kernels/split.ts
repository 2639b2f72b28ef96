import { kernelPartition, kernelSortSplits, kernelSplitChunks } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Stretch } from './stretch.js'

/** The stretch is one of chunks of `chunk` elements. */
export function splitChunks(
  { source, start, end }: Stretch<TypedArray>,
  descending: boolean,
  chunk: number,
  plan: Uint8Array,
  ends: Uint32Array,
  toKeys: TypedArray,
): void {
  kernelSplitChunks(source, start, end, descending, chunk, plan, ends, toKeys)
}

/** The stretch is one of buckets. */
export function sortSplits(
  { start, end }: { start: number; end: number },
  keys: TypedArray,
  plan: Uint8Array,
  ends: Uint32Array,
  chunk: number,
  descending: boolean,
  to: TypedArray,
): void {
  kernelSortSplits(keys, plan, ends, chunk, start, end, descending, to)
}

/** Numbers of a part in a table: its start and end, the last bucket whose elements are moved to its front, and how many they were. */
export const PART_NUMBERS = 4

/** The stretch is one of parts. */
export function partitionParts(
  { start, end }: { start: number; end: number },
  xs: TypedArray,
  descending: boolean,
  plan: Uint8Array,
  parts: Float64Array,
): void {
  for (let at = start * PART_NUMBERS; at < end * PART_NUMBERS; at += PART_NUMBERS)
    parts[at + 3] = kernelPartition(xs, parts[at]!, parts[at + 1]!, descending, plan, parts[at + 2]!)
}

/** What a sort needs in one place between its passes: see `split_sort.h` of @shoal/native. */
export {
  kernelBeginSplits as beginSplits,
  kernelPlanSplits as planSplits,
  kSortsByVectors,
  kSplitChunkBytes,
  kSplitPlanBytes,
} from '@shoal/native'
