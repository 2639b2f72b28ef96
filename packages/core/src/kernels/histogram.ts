import { kernelAdd, kernelBincount, kernelHistogram } from '@shoal/native'
import { expectedRange } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

type Counts = Float64Array

export function histogramStretch({ source, start, end }: Stretch<TypedArray>, edges: Float64Array, weights: Float64Array): Counts {
  const counts = new Float64Array(edges.length - 1)
  kernelHistogram(source, start, end, weights, start, edges, counts)
  return counts
}

export function bincountStretch(stretch: Stretch<TypedArray>, bins: number, weights: Float64Array): Counts {
  return bincountInto(stretch, weights, new Float64Array(bins))
}

export function histogramRow(stretch: Stretch<TypedArray>, rows: Float64Array, chunkLength: number, edges: Float64Array): void {
  const { source, start, end } = stretch
  kernelHistogram(source, start, end, undefined, start, edges, rowOf(stretch, rows, chunkLength, edges.length - 1))
}

export function bincountRow(stretch: Stretch<TypedArray>, rows: Float64Array, chunkLength: number, bins: number): void {
  bincountInto(stretch, undefined, rowOf(stretch, rows, chunkLength, bins))
}

function bincountInto({ source, start, end }: Stretch<TypedArray>, weights: Float64Array | undefined, counts: Counts): Counts {
  if (kernelBincount(source, start, end, weights, start, counts) > counts.length)
    throw expectedRange('xs', `integers from 0 to ${counts.length - 1}`, 'others')
  return counts
}

/** The chunk's row of so many bins, emptied: it may hold what a worker that died has counted. */
function rowOf({ start }: Stretch<TypedArray>, rows: Float64Array, chunkLength: number, bins: number): Counts {
  const at = (start / chunkLength) * bins
  return rows.subarray(at, at + bins).fill(0)
}

export const SMALL_BINS = 4096
/** One of each worker: empty between calls. */
let smallBins: Float64Array | undefined

/** How many bins it takes, more than SMALL_BINS where an element is negative or not small; and their counts, which are of no use then. */
export function bincountSmallRow({ source, start, end }: Stretch<TypedArray>, rows: Float64Array, chunkLength: number): void {
  smallBins ??= new Float64Array(SMALL_BINS)
  const bins = kernelBincount(source, start, end, undefined, start, smallBins)
  const at = (start / chunkLength) * (SMALL_BINS + 1)
  rows[at] = bins
  if (bins <= SMALL_BINS) rows.set(smallBins.subarray(0, bins), at + 1)
  smallBins.fill(0, 0, bins)
}

/** Adds `length` numbers of `rows` from `at` on to the first ones of `counts`. */
export function addRow(counts: Counts, rows: Float64Array, at: number, length: number): void {
  kernelAdd(rows, at, at + length, counts, 0, counts, 0)
}

/** A stretch of bins: into the row after the `count` first, the sums of these. Counts are exact in any order. */
export function addRows({ start, end }: { start: number; end: number }, rows: Float64Array, width: number, count: number): void {
  const sums = count * width
  rows.copyWithin(sums + start, start, end)
  for (let row = 1; row < count; row++) {
    kernelAdd(rows, row * width + start, row * width + end, rows, sums + start, rows, sums + start)
  }
}

/** `b` has no more bins than `a`. */
export function addBins(a: Counts, b: Counts): Counts {
  kernelAdd(b, 0, b.length, a, 0, a, 0)
  return a
}

export function histogramOf(edges: Float64Array, weights: Float64Array): Reduction<Counts, Counts> {
  return { kernel: histogramStretch, combine: addBins, args: [edges, weights], finish: (counts) => counts }
}

export function bincountOf(bins: number, weights: Float64Array): Reduction<Counts, Counts> {
  return { kernel: bincountStretch, combine: addBins, args: [bins, weights], finish: (counts) => counts }
}

export function toDoublesStretch({ source, start, end }: Stretch<TypedArray>, into: Float64Array): void {
  for (let i = start; i < end; i++) into[i] = Number(source[i])
}
