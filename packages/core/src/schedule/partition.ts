import { expectedRange, expectedType } from '../errors/index.js'

/** A rank's part of an index range. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly length: number
}

/** Part `rank` of `size` of `[0, length)`, cut at multiples of `unit`. The parts follow each other and differ by at most one unit. */
export function partition(length: number, rank: number, size: number, unit = 1): Part {
  if (typeof unit !== 'number') throw expectedType('unit', 'a positive integer', unit)
  if (!Number.isSafeInteger(unit) || unit < 1) throw expectedRange('unit', 'a positive integer', unit)
  const units = Math.ceil(length / unit)
  const start = Math.min(length, Math.floor((units * rank) / size) * unit)
  const end = Math.min(length, Math.floor((units * (rank + 1)) / size) * unit)
  return { start, end, length: end - start }
}
