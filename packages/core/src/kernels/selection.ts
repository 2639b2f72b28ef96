import {
  kernelCompact,
  kernelCountMask,
  kernelGatherRanges,
  kernelMarkChanges,
  kernelMerge,
  kernelSearchSorted,
  kernelSelect,
  kernelTopK,
} from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** Each of these writes `mask`, and how many elements of its block it has selected. */
export function selectStretch(
  { source, start, end }: Stretch<TypedArray>,
  least: bigint,
  most: bigint,
  except: readonly [least: bigint, most: bigint] | undefined,
  mask: Uint8Array,
  blockLength: number,
  counts: Float64Array,
): void {
  const [leastNot, mostNot] = except ?? [1n, 0n]
  counts[start / blockLength] = kernelSelect(source, start, end, least, most, leastNot, mostNot, mask, start)
}

export function countMaskStretch({ source, start, end }: Stretch<TypedArray>, blockLength: number, counts: Float64Array): void {
  counts[start / blockLength] = kernelCountMask(source as Uint8Array, start, end)
}

export function markChangesStretch(
  { source, start, end }: Stretch<TypedArray>,
  mask: Uint8Array,
  blockLength: number,
  counts: Float64Array,
): void {
  counts[start / blockLength] = kernelMarkChanges(source, start, end, mask, start)
}

/** Block `b` writes from `starts[b]` up to `starts[b + 1]`: where the one that begins at `start` does, and how many elements. */
function placeOf(start: number, blockLength: number, starts: Float64Array): { at: number; count: number } {
  const block = start / blockLength
  const at = starts[block]!
  return { at, count: starts[block + 1]! - at }
}

export function compactStretch(
  { source, start, end }: Stretch<TypedArray>,
  mask: Uint8Array,
  unset: boolean,
  into: TypedArray,
  blockLength: number,
  starts: Float64Array,
): void {
  const { at, count } = placeOf(start, blockLength, starts)
  if (kernelCompact(source, start, end, mask, start, unset, into, at, count) < count)
    throw new Error('Expected a mask that nobody stores into while elements are selected by it')
}

/** The elements in ranges of keys: see `kernelGatherRanges`. */
export function gatherRanges(
  { source, start, end }: Stretch<TypedArray>,
  least: bigint,
  shift: number,
  wanted: Uint8Array,
  into: TypedArray,
  blockLength: number,
  starts: Float64Array,
): void {
  const { at, count } = placeOf(start, blockLength, starts)
  if (kernelGatherRanges(source, start, end, least, shift, wanted, into, at, count) < count)
    throw new Error('Expected a view that nobody stores into while elements are looked for')
}

export function searchStretch({ source, start, end }: Stretch<TypedArray>, sorted: TypedArray, orEqual: boolean, into: Uint32Array): void {
  kernelSearchSorted(source, start, end, sorted, orEqual, into, start)
}

/** The stretch is one of the result. */
export function mergeStretch({ source, start, end }: Stretch<TypedArray>, a: TypedArray, b: TypedArray): void {
  kernelMerge(source, start, end, a, b)
}

/** The first `k` elements of a stretch in an order: their keys, which ascend, and their indexes. */
export interface Top {
  readonly k: number
  readonly keys: BigUint64Array
  readonly indices: Float64Array
}

export function topStretch({ source, start, end }: Stretch<TypedArray>, k: number, descending: boolean): Top {
  const length = Math.min(k, end - start)
  const top = { k, keys: new BigUint64Array(length), indices: new Float64Array(length) }
  kernelTopK(source, start, end, length, descending, top.keys, top.indices)
  return top
}

/** Of equal keys those of `a` come first: they stay in the order of their indexes. */
export function mergeTops(a: Top, b: Top): Top {
  const length = Math.min(a.k, a.keys.length + b.keys.length)
  const merged = { k: a.k, keys: new BigUint64Array(length), indices: new Float64Array(length) }
  let i = 0
  let j = 0
  for (let at = 0; at < length; at++) {
    const takesA = j === b.keys.length || (i < a.keys.length && a.keys[i]! <= b.keys[j]!)
    const from = takesA ? a : b
    const index = takesA ? i++ : j++
    merged.keys[at] = from.keys[index]!
    merged.indices[at] = from.indices[index]!
  }
  return merged
}

export function topOf(k: number, descending: boolean): Reduction<Top, Top> {
  return { kernel: topStretch, combine: mergeTops, args: [k, descending], finish: (top) => top }
}
