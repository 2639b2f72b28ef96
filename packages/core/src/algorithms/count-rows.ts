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
  const count = Math.max(1, Math.ceil(xs.length / chunkLength))
  const rows = seenByAll(place, count, new Float64Array(), width * (count + 1))
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

/** Memory for what the workers read or write; of one chunk, which is done here, it costs no segment. */
export function seenByAll(place: Place, chunks: number, content: Float64Array, length = content.length): Float64Array {
  if (chunks === 1) return length === content.length ? content : new Float64Array(length)
  const shared = place.scratch(content, length)
  shared.set(content)
  return shared
}
