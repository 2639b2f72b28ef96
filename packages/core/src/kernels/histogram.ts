import { kernelBincount, kernelHistogram } from '@shoal/native'
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
  if (!kernelBincount(source, start, end, weights, start, counts)) throw expectedRange('xs', `integers from 0 to ${bins - 1}`, 'others')
  return counts
}

export function addBins(a: Counts, b: Counts): Counts {
  for (let i = 0; i < a.length; i++) a[i]! += b[i]!
  return a
}

export function histogramOf(edges: Float64Array, weights: Float64Array | undefined): Reduction<Counts, Counts> {
  return { kernel: histogramStretch, combine: addBins, args: [edges, weights], finish: (counts) => counts }
}

export function bincountOf(bins: number, weights: Float64Array | undefined): Reduction<Counts, Counts> {
  return { kernel: bincountStretch, combine: addBins, args: [bins, weights], finish: (counts) => counts }
}

export function toDoublesStretch({ source, start, end }: Stretch<TypedArray>, into: Float64Array): void {
  for (let i = start; i < end; i++) into[i] = Number(source[i])
}
