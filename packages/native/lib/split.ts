import { part } from './binding.js'
import type { KernelView, Part } from './kernel-view.js'

const native = part('split')

/** Whether this machine sorts elements of 4 and 8 bytes alone by vectors. */
export const kSortsByVectors = native.kSortsByVectors as boolean
/** The sizes of a plan and of the largest chunk, in bytes. */
export const kSplitPlanBytes = native.kSplitPlanBytes as number
export const kSplitChunkBytes = native.kSplitChunkBytes as number

/** A plan of buckets for a view; how many, or 0 where its elements, or this machine, have no vectors to sort by. */
export const kernelBeginSplits = native.kernelBeginSplits as (view: KernelView, descending: boolean, plan: Uint8Array) => number
/** Splits chunks of `chunk` elements into buckets, each where it lies; `ends` gets a row for each. */
export const kernelSplitChunks = native.kernelSplitChunks as (
  ...args: [...Part, descending: boolean, chunk: number, plan: Uint8Array, ends: Uint32Array, toKeys: KernelView]
) => void
/** Where buckets begin; `ends` has one row more than there are chunks. */
export const kernelPlanSplits = native.kernelPlanSplits as (plan: Uint8Array, ends: Uint32Array, chunks: number) => void
/** Sorts buckets `[first, end)` of what was split into where it belongs. */
export const kernelSortSplits = native.kernelSortSplits as (
  keys: KernelView,
  plan: Uint8Array,
  ends: Uint32Array,
  chunk: number,
  first: number,
  end: number,
  descending: boolean,
  to: KernelView,
) => void

/** Moves elements that belong into buckets up to this one to the front; how many they are. For what `kernelBeginSplits` has made a plan. */
export const kernelPartition = native.kernelPartition as (
  ...args: [...Part, descending: boolean, plan: Uint8Array, bucket: number]
) => number
