import { compactStretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Blocks in which elements are selected and moved: by length alone. */
const LEAST_BLOCK = 1 << 16
const MOST_BLOCKS = 1024

/** Which elements are selected: a byte each, and how many of each block. */
export interface Selection {
  readonly mask: Uint8Array
  readonly blockLength: number
  readonly counts: Float64Array
}

export function blockLengthFor(length: number): number {
  return Math.max(LEAST_BLOCK, 2 ** Math.ceil(Math.log2(Math.max(1, length) / MOST_BLOCKS)))
}

export function countsFor(place: Place, length: number, blockLength: number): Float64Array {
  return place.scratch(new Float64Array(), Math.max(1, Math.ceil(length / blockLength))).fill(0)
}

/** The selected elements in a new view, in their order; with `unset`, the others. */
export function* compact<V extends TypedArray>(place: Place, xs: V, selection: Selection, unset = false): Passes<V> {
  const { mask, blockLength, counts } = selection
  const starts = place.scratch(counts, counts.length + 1)
  starts[0] = 0
  for (let block = 0; block < counts.length; block++) {
    const length = Math.min(blockLength, xs.length - block * blockLength)
    starts[block + 1] = starts[block]! + (unset ? length - counts[block]! : counts[block]!)
  }
  const into = place.make(xs, starts[counts.length]!)
  if (into.length > 0) yield* each(xs as TypedArray, compactStretch, [mask, unset, into, blockLength, starts], blockLength)
  return into
}
