import { checkPositiveInteger } from './cutting.js'

/** A rank's part of an index range. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly length: number
}

/** Part `rank` of `size` of `[0, length)`, cut at multiples of `unit`. The parts follow each other and differ by at most one unit. */
export function partition(length: number, rank: number, size: number, unit = 1): Part {
  checkPositiveInteger('unit', unit)
  const units = Math.ceil(length / unit)
  const start = Math.min(length, Math.floor((units * rank) / size) * unit)
  const end = Math.min(length, Math.floor((units * (rank + 1)) / size) * unit)
  return { start, end, length: end - start }
}
