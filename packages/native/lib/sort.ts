import { part } from './binding.js'
import type { KernelView, Part } from './kernel-view.js'

const native = part('sort')

/** The sizes of a plan in bytes, and of one block's counts and offsets in elements. */
export const kPlanBytes = native.kPlanBytes as number
export const kPrefixes = native.kPrefixes as number
export const kMaxBuckets = native.kMaxBuckets as number

/** `out` becomes [least key, greatest key, first key, last key, 1 if sorted]. Of one element at least. */
export const kernelSurveyKeys = native.kernelSurveyKeys as (...args: [...Part, descending: boolean, out: BigUint64Array]) => void
/** The same of about a thousand elements here and there. */
export const kernelSampleKeys = native.kernelSampleKeys as (view: KernelView, descending: boolean, out: BigUint64Array) => void
/** A plan for keys of this survey; coarser, and for those outside as well, with a view that is to be sorted. */
export const kernelBeginPlan = native.kernelBeginPlan as (
  plan: Uint8Array,
  survey: BigUint64Array,
  view: KernelView | undefined,
  descending: boolean,
) => void
/** The counts of one block. */
export const kernelCountPrefixes = native.kernelCountPrefixes as (
  ...args: [...Part, descending: boolean, plan: Uint8Array, block: number, counts: Uint32Array]
) => void
/** Cuts into buckets, and says where each block writes; the number of buckets. */
export const kernelPlanBuckets = native.kernelPlanBuckets as (
  plan: Uint8Array,
  counts: Uint32Array,
  blocks: number,
  offsets: BigUint64Array,
) => number
/** Moves one block to its buckets. Without `payload`, `toPayload` gets the indexes of the rows. */
export const kernelScatter = native.kernelScatter as (
  ...args: [
    ...Part,
    payload: KernelView | undefined,
    descending: boolean,
    plan: Uint8Array,
    offsets: BigUint64Array,
    block: number,
    toKeys: KernelView,
    toPayload: KernelView | undefined,
  ]
) => void
/** Sorts buckets `[first, end)` of what was scattered into where it belongs; without `toKeys` only the payload. */
export const kernelSortBuckets = native.kernelSortBuckets as (
  keys: KernelView,
  payload: KernelView | undefined,
  plan: Uint8Array,
  first: number,
  end: number,
  descending: boolean,
  toKeys: KernelView | undefined,
  toPayload: KernelView | undefined,
) => void
/** Sorts in place, on this thread. */
export const kernelSortAlone = native.kernelSortAlone as (keys: KernelView, payload: KernelView | undefined, descending: boolean) => void
/** Swaps elements into the plan's buckets, where they lie; false when there are others than were counted. */
export const kernelPermuteInPlace = native.kernelPermuteInPlace as (view: KernelView, descending: boolean, plan: Uint8Array) => boolean
/** Sorts in place, on this thread, with memory for 65,536 elements. */
export const kernelSortInPlace = native.kernelSortInPlace as (...args: [...Part, descending: boolean]) => void
/** `one[0]` becomes the element that has this key. */
export const kernelDecodeKey = native.kernelDecodeKey as (one: KernelView, key: bigint, descending: boolean) => void
