import { expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { elementOf, evenEdges, FEW_BINS, histogramFew, histogramOf, histogramRow, keySurveyOf } from '../kernels/index.js'
import type { TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { chunksOf, countFew, countInRows, scratchFor } from './count-rows.js'
import type { AlgorithmOptions } from './options.js'
import { type Passes, type Place, passesAlone, passesOn, reduce } from './passes.js'
import { binnedChunkLength, weightsFor } from './weights.js'

/** Edges are computed from the difference. */
const APART = `at most ${Number.MAX_VALUE} apart`

/** The bins of `histogram`, and what each element counts. */
export interface HistogramOptions<W = Readable> {
  /** How many bins of equal width, from 1. */
  bins: number
  /** The first and the last edge; what is outside is not counted. Default: the least and the greatest element. */
  range?: readonly [number, number]
  /** What each element counts instead of 1: as many as elements. */
  weights?: W
}

/** What lies in each bin, and where its edges are, as in numpy. */
export interface Histogram {
  counts: Float64Array
  /** One more than counts: bin `i` is `edges[i] <= x < edges[i + 1]`, and the last one has both its edges. */
  edges: Float64Array
}

/**
 * Counts elements in bins of equal width, as numpy does: the last bin is closed; of no element the range is [0, 1], of equal ones a half
 * to each side. NaN is counted nowhere, and needs a `range`. BigInts count as the nearest double. Sums of weights are the same bits for
 * any number of workers. Without weights it takes scratch memory: 32 KiB for each worker; of more than 4,096 bins a row of counts for each
 * chunk, which is at least eight times as long.
 *
 * @throws RangeError for bins below 1; for a range that is not finite, descends, or is wider than a double can say; without one, for elements
 *   that are not finite or lie that far apart
 * @example const { counts, edges } = await histogram(pool, xs, { bins: 100, range: [0, 1] })
 */
export function histogram(pool: Pool, xs: ViewLike, options: AlgorithmOptions & HistogramOptions<ViewLike>): Promise<Histogram>
export function histogram(xs: Readable, options: HistogramOptions): Histogram
export function histogram(first: Pool | Readable, second: unknown, third?: AlgorithmOptions & HistogramOptions<ViewLike>): unknown {
  if (first instanceof Pool) return histogramOn(first, second as ViewLike, third!)
  const view = checkView('xs', first)
  const options = checkBins(second as HistogramOptions)
  const weights = options.weights === undefined ? undefined : checkView('weights', options.weights)
  return passesAlone((place) => histogramPasses(place, view, options, weights))
}

async function histogramOn(pool: Pool, xs: ViewLike, options: AlgorithmOptions & HistogramOptions<ViewLike>): Promise<Histogram> {
  const view = checkShared('xs', xs)
  checkBins(options)
  const weights = options.weights === undefined ? undefined : checkShared('weights', options.weights)
  return passesOn(pool, (place) => histogramPasses(place, view, options, weights), options)
}

function checkBins<O extends { bins: number; range?: readonly [number, number] }>(options: O): O {
  requireOptions(options, 'options', 'an object with bins')
  const { bins, range } = options
  if (typeof bins !== 'number') throw expectedType('bins', 'a number', bins)
  if (!Number.isInteger(bins) || bins < 1 || bins >= 2 ** 31) throw expectedRange('bins', 'an integer from 1 to 2^31 − 1', bins)
  if (range !== undefined && !(Number.isFinite(range?.[0]) && Number.isFinite(range[1]) && range[0] <= range[1])) {
    throw expectedRange('range', 'two finite numbers, the lower one first', range)
  }
  if (range !== undefined && range[1] - range[0] > Number.MAX_VALUE) throw expectedRange('range', `numbers that lie ${APART}`, range)
  return options
}

function* histogramPasses(
  place: Place,
  xs: TypedArray,
  { bins, range }: { bins: number; range?: readonly [number, number] },
  weights: TypedArray | undefined,
): Passes<Histogram> {
  const doubles = yield* weightsFor(place, xs, weights)
  const [first, last] = range ?? (yield* rangeOf(xs))
  const edges = evenEdges(first, last, bins)
  const chunkLength = binnedChunkLength(xs, bins, weights)
  if (doubles !== undefined) return { counts: yield* reduce(xs, histogramOf(edges, doubles), chunkLength), edges }
  if (bins <= FEW_BINS) {
    const counts = yield* countFew(place, xs, () => new Float64Array(bins), histogramFew, first, last, bins)
    if (counts !== undefined) return { counts, edges }
  }
  const seen = scratchFor(place, chunksOf(xs, chunkLength), edges.length)
  seen.set(edges)
  return { counts: yield* countInRows(place, xs, bins, chunkLength, histogramRow, seen), edges }
}

function* rangeOf(xs: TypedArray): Passes<readonly [number, number]> {
  if (xs.length === 0) return [0, 1]
  const survey = yield* reduce(xs, keySurveyOf(false))
  const range = [Number(elementOf(xs, survey[0]!)), Number(elementOf(xs, survey[1]!))] as const
  if (!Number.isFinite(range[0]) || !Number.isFinite(range[1])) {
    throw expectedRange('xs', 'finite elements, or a range', `elements from ${range[0]} to ${range[1]}`)
  }
  if (range[1] - range[0] > Number.MAX_VALUE) {
    throw expectedRange('xs', `elements that lie ${APART}, or a range`, `some from ${range[0]} to ${range[1]}`)
  }
  return range
}
