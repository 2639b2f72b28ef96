import { addRows, type Stretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Where several workers add up bins: below, it takes less time than to ask them. */
const BINS_ALONE = 1 << 14

type RowKernel<A extends readonly unknown[]> = (stretch: Stretch<TypedArray>, rows: Float64Array, chunkLength: number, ...args: A) => void

/**
 * Lets each chunk count into a row of its own, `width` numbers of shared memory, so that nothing is sent and workers have nothing to combine.
 * The rows of all chunks, with room for one more.
 */
export function* countRows<A extends readonly unknown[]>(
  place: Place,
  xs: TypedArray,
  width: number,
  chunkLength: number,
  kernel: RowKernel<A>,
  ...args: A
): Passes<{ rows: Float64Array; count: number }> {
  const count = chunksOf(xs, chunkLength)
  const rows = scratchFor(place, count, width * (count + 1))
  yield* each(xs, kernel, [rows, chunkLength, ...args] as const, chunkLength)
  return { rows, count }
}

/** The sum of the rows of all chunks, in memory of its own. */
export function* countInRows<A extends readonly unknown[]>(
  place: Place,
  xs: TypedArray,
  bins: number,
  chunkLength: number,
  kernel: RowKernel<A>,
  ...args: A
): Passes<Float64Array> {
  const { rows, count } = yield* countRows(place, xs, bins, chunkLength, kernel, ...args)
  if (count === 1) return rows.slice(0, bins)
  yield* each(bins, addRows, [rows, bins, count], BINS_ALONE)
  return rows.slice(count * bins)
}

export function chunksOf({ length }: TypedArray, chunkLength: number): number {
  return Math.max(1, Math.ceil(length / chunkLength))
}

/** Memory for what the chunks read or write; of one chunk, which is done here, it costs no segment. */
export function scratchFor(place: Place, chunks: number, length: number): Float64Array {
  return chunks === 1 ? new Float64Array(length) : place.scratch(new Float64Array(), length)
}
