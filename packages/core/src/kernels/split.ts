import { kernelSortSplits, kernelSplitChunks } from '@shoal/native'
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

/** What a sort needs in one place between its passes: see `split_sort.h` of @shoal/native. */
export { kernelBeginSplits as beginSplits, kernelPlanSplits as planSplits, kSplitChunkBytes, kSplitPlanBytes } from '@shoal/native'
