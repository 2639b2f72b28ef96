import { kernelAdd, kernelBincount, kernelHistogram } from '@shoal/native'
import { expectedRange } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

type Counts = Float64Array

export function histogramStretch(
  { source, start, end }: Stretch<TypedArray>,
  edges: Float64Array,
  weights: Float64Array | undefined,
): Counts {
  const counts = new Float64Array(edges.length - 1)
  kernelHistogram(source, start, end, weights, start, edges, counts)
  return counts
}

export function bincountStretch({ source, start, end }: Stretch<TypedArray>, bins: number, weights: Float64Array | undefined): Counts {
  const counts = new Float64Array(bins)
  if (kernelBincount(source, start, end, weights, start, counts) > bins)
    throw expectedRange('xs', `integers from 0 to ${bins - 1}`, 'others')
  return counts
}

const SMALL_BINS = 4096
/** One of each worker: empty between calls. */
let smallBins: Float64Array | undefined

/** Counts of as many bins as it takes; of none where it takes more than SMALL_BINS, or an element is negative. */
export function bincountSmallStretch({ source, start, end }: Stretch<TypedArray>): Counts {
  smallBins ??= new Float64Array(SMALL_BINS)
  const bins = kernelBincount(source, start, end, undefined, start, smallBins)
  const counts = smallBins.slice(0, bins > SMALL_BINS ? 0 : bins)
  smallBins.fill(0, 0, bins)
  return counts
}

export function addSmallBins(a: Counts, b: Counts): Counts {
  if (a.length === 0 || b.length === 0) return new Float64Array()
  return a.length < b.length ? addBins(b, a) : addBins(a, b)
}

/** `b` has no more bins than `a`. */
export function addBins(a: Counts, b: Counts): Counts {
  kernelAdd(b, 0, b.length, a, 0, a, 0)
  return a
}

export function histogramOf(edges: Float64Array, weights: Float64Array | undefined): Reduction<Counts, Counts> {
  return { kernel: histogramStretch, combine: addBins, args: [edges, weights], finish: (counts) => counts }
}

export function bincountOf(bins: number, weights: Float64Array | undefined): Reduction<Counts, Counts> {
  return { kernel: bincountStretch, combine: addBins, args: [bins, weights], finish: (counts) => counts }
}

/** Of integers of which it is not known how large they are; nothing of none, and where one is negative or not small. */
export const bincountSmall: Reduction<Counts, Counts> = {
  kernel: bincountSmallStretch,
  combine: addSmallBins,
  args: [],
  finish: (counts) => counts,
}

export function toDoublesStretch({ source, start, end }: Stretch<TypedArray>, into: Float64Array): void {
  for (let i = start; i < end; i++) into[i] = Number(source[i])
}
