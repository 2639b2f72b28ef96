import { part } from './binding.js'
import type { KernelView, Part } from './kernel-view.js'

const native = part('selection')

/** `mask[i]` = 1 where the key (see `kernelSurveyKeys`) is in `[least, most]`, and not in `[leastNot, mostNot]`, which may be empty; how many there are. */
export const kernelSelect = native.kernelSelect as (
  ...args: [...Part, least: bigint, most: bigint, leastNot: bigint, mostNot: bigint, mask: Uint8Array, at: number]
) => number
/** `mask[i]` = 1 where an element differs from the one before it in the view; how many there are. */
export const kernelMarkChanges = native.kernelMarkChanges as (...args: [...Part, mask: Uint8Array, at: number]) => number
export const kernelCountMask = native.kernelCountMask as (mask: Uint8Array, start: number, end: number) => number
/**
 * The `count` elements whose byte of the mask is not 0, or is 0 if `unset`, to `into` from `to` on. How many there were: fewer, and never more,
 * where the mask has changed since they were counted.
 */
export const kernelCompact = native.kernelCompact as (
  ...args: [...Part, mask: Uint8Array, at: number, unset: boolean, into: KernelView, to: number, count: number]
) => number
/** `into[at + i]` = the element of `from` that an index says; an index outside is taken for 0. */
export const kernelGather = native.kernelGather as (
  indices: Float64Array | Uint32Array,
  ...args: [start: number, end: number, from: KernelView, into: KernelView, at: number]
) => void
/**
 * The `count` elements whose ascending keys lie in ranges of 2^shift keys from `least` on of which the bit of `wanted` is 1 (the lowest of a byte
 * first), to `into` from `to` on. How many there were: fewer, and never more, where they have changed since they were counted.
 */
export const kernelGatherRanges = native.kernelGatherRanges as (
  ...args: [...Part, least: bigint, shift: number, wanted: Uint8Array, into: KernelView, to: number, count: number]
) => number
/** For each value, how many of `sorted` are less, or less or equal. */
export const kernelSearchSorted = native.kernelSearchSorted as (
  ...args: [...Part, sorted: KernelView, orEqual: boolean, into: Uint32Array, at: number]
) => void
/** Elements `[start, end)` of the merge of two sorted views. */
export const kernelMerge = native.kernelMerge as (into: KernelView, start: number, end: number, a: KernelView, b: KernelView) => void
/** The `k` least or, descending, greatest: keys, and indexes in the view; how many there are. */
export const kernelTopK = native.kernelTopK as (
  ...args: [...Part, k: number, descending: boolean, keys: BigUint64Array, indices: Float64Array]
) => number
