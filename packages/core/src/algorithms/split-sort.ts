import { beginSplits, kSplitChunkBytes, kSplitPlanBytes, planSplits, sortSplits, splitChunks } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Stretches that a worker gets at a time: few enough to be worth asking for, and many enough to be spread. */
const STRETCHES_EACH = 32

/**
 * Sorts keys alone, by vectors: see `split_sort.h` of @shoal/native. False where that can not be done. Takes scratch memory as large as the
 * keys and a 64th of that, and in each worker 512 KiB or two copies of the largest bucket.
 */
export function* splitSort(place: Place, keys: TypedArray, toKeys: TypedArray, descending: boolean): Passes<boolean> {
  const { length } = keys
  const plan = place.scratch(new Uint8Array(), kSplitPlanBytes)
  const buckets = beginSplits(keys, descending, plan)
  if (buckets === 0) return false
  const stretches = place.workers * STRETCHES_EACH
  const chunk = Math.min(kSplitChunkBytes / keys.BYTES_PER_ELEMENT, Math.ceil(length / stretches / 64) * 64)
  const chunks = Math.ceil(length / chunk)
  const ends = place.scratch(new Uint32Array(), (chunks + 1) * buckets)
  const split = place.scratch(keys, length)
  yield* each(keys, splitChunks, [descending, chunk, plan, ends, split], chunk * Math.ceil(chunks / stretches))
  planSplits(plan, ends, chunks)
  yield* each(buckets, sortSplits, [split, plan, ends, chunk, descending, toKeys], Math.max(1, Math.floor(buckets / stretches)))
  return true
}
