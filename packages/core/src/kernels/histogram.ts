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

/** So many bins at most have a row of counts for each worker. */
export const FEW_BINS = 4096
/** How many elements the worker has begun to count, and for how many bins at least; the counts begin at a cache line of their own. */
const BEGUN = 0
const USED = 1
const HEAD = 8
/** Numbers in a row. */
const ROW = HEAD + FEW_BINS

/** A chunk, or all that one thread does. */
interface Counted extends Stretch<TypedArray> {
  readonly rank?: number
}

let edges: Counts = new Float64Array()

export function histogramFew(stretch: Counted, rows: Float64Array, first: number, last: number, bins: number): void {
  const { source, start, end } = stretch
  // Made once a call, and not sent.
  if (edges.length !== bins + 1 || edges[0] !== first || edges[bins] !== last) edges = evenEdges(first, last, bins)
  const at = beginIn(rows, stretch)
  rows[at + USED] = bins
  kernelHistogram(source, start, end, undefined, start, edges, rows.subarray(at + HEAD, at + HEAD + bins))
}

/** Where an element is negative or not small, the row says so, and the counts are of no use. */
export function bincountFew(stretch: Counted, rows: Float64Array): void {
  const { source, start, end } = stretch
  const at = beginIn(rows, stretch)
  const used = kernelBincount(source, start, end, undefined, start, rows.subarray(at + HEAD, at + ROW))
  rows[at + USED] = Math.max(rows[at + USED]!, used)
}

/**
 * Where the worker's row begins; empty when the call begins. What a worker has begun when it dies is begun by another once more: so the
 * rows say whether all has been counted once.
 */
function beginIn(rows: Float64Array, { start, end, rank = 0 }: Counted): number {
  const at = rank * ROW
  if (rows[at + BEGUN] === 0) rows.fill(0, at, at + ROW)
  rows[at + BEGUN]! += end - start
  return at
}

/** Memory for rows of few bins, in numbers. */
export function lengthOfRows(ranks: number): number {
  return ranks * ROW
}

/** Before a call: what is in the rows is not counted. */
export function emptyRows(rows: Float64Array): void {
  for (let at = 0; at < rows.length; at += ROW) rows[at + BEGUN] = rows[at + USED] = 0
}

/** For how many bins there are counts; undefined where some of the `count` elements have been counted twice. */
export function usedInRows(rows: Float64Array, count: number): number | undefined {
  let begun = 0
  let used = 0
  for (let at = 0; at < rows.length; at += ROW) {
    begun += rows[at + BEGUN]!
    used = Math.max(used, rows[at + USED]!)
  }
  return begun === count ? used : undefined
}

/** Adds the first `bins` counts of all rows to `counts`. */
export function addFew(counts: Counts, rows: Float64Array, bins: number): Counts {
  for (let at = 0; at < rows.length; at += ROW) {
    if (rows[at + BEGUN] !== 0) kernelAdd(rows, at + HEAD, at + HEAD + bins, counts, 0, counts, 0)
  }
  return counts
}

/** As numpy.linspace makes them. */
export function evenEdges(first: number, last: number, bins: number): Float64Array {
  const [low, high] = first === last ? [first - 0.5, last + 0.5] : [first, last]
  const step = (high - low) / bins
  const edges = new Float64Array(bins + 1)
  for (let i = 0; i < bins; i++) edges[i] = i * step + low
  edges[bins] = high
  return edges
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
