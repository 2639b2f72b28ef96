import { addFew, addRows, emptyRows, lengthOfRows, type Stretch, usedInRows } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'
import { countedChunkLength } from './weights.js'

/** Where several workers add up bins: below, it takes less time than to ask them. */
const BINS_ALONE = 1 << 14

type RowKernel<A extends readonly unknown[]> = (stretch: Stretch<TypedArray>, rows: Float64Array, chunkLength: number, ...args: A) => void
type FewKernel<A extends readonly unknown[]> = (stretch: Stretch<TypedArray>, rows: Float64Array, ...args: A) => void

/**
 * Lets each worker count into a row of its own, where there are few bins: nothing is sent, and little to add up. `countsOf` gets for how many
 * bins there are counts, and returns empty ones or undefined, which is then the result. Undefined too where a worker has died while it
 * counted: its row is of no use.
 */
export function* countFew<A extends readonly unknown[]>(
  place: Place,
  xs: TypedArray,
  countsOf: (used: number) => Float64Array | undefined,
  kernel: FewKernel<A>,
  ...args: A
): Passes<Float64Array | undefined> {
  const chunkLength = countedChunkLength(xs)
  const chunks = chunksOf(xs, chunkLength)
  const rows = scratchFor(place, chunks, lengthOfRows(chunks === 1 ? 1 : place.ranks))
  emptyRows(rows)
  yield* each(xs, kernel, [rows, ...args] as const, chunkLength)
  const used = usedInRows(rows, xs.length)
  const counts = used === undefined ? undefined : countsOf(used)
  return counts && addFew(counts, rows, used!)
}

/**
 * Lets each chunk count into a row of its own, `bins` numbers of shared memory, so that nothing is sent and workers have nothing to combine.
 * The sum of the rows of all chunks, in memory of its own.
 */
export function* countInRows<A extends readonly unknown[]>(
  place: Place,
  xs: TypedArray,
  bins: number,
  chunkLength: number,
  kernel: RowKernel<A>,
  ...args: A
): Passes<Float64Array> {
  const count = chunksOf(xs, chunkLength)
  const rows = scratchFor(place, count, bins * (count + 1))
  yield* each(xs, kernel, [rows, chunkLength, ...args] as const, chunkLength)
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
