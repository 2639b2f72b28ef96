import { expectedRange, expectedType } from '../errors/index.js'
import type { Schedule } from '../schedule/index.js'
import type { Progress } from './region.js'

export interface RegionOptions {
  /** How the source is cut. Default `auto`, or `SHOAL_SCHEDULE`. */
  schedule?: Schedule
  /** As in OpenMP: `static` round-robin blocks, `dynamic` the block, `guided` the least block; in elements, or bytes of files. */
  chunkLength?: number
  /** Chunks start and end at multiples of this many elements (a row, a record, a pixel). */
  unit?: number
  /** How many workers take part (OpenMP's `num_threads`). */
  width?: number
  /** Ends the region: no chunk begins after the abort, and the call rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called about ten times a second, and once at the end. */
  onProgress?: (progress: Progress) => void
}

export interface ResolvedRegionOptions {
  readonly schedule: Schedule | undefined
  readonly chunkLength: number | undefined
  readonly unit: number | undefined
  readonly width: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => void) | undefined
}

export function resolveRegionOptions(options: RegionOptions, size: number): ResolvedRegionOptions {
  const { width = size, signal, onProgress, chunkLength, unit } = options
  if (typeof width !== 'number') throw expectedType('width', 'a number of workers', width)
  if (!Number.isInteger(width) || width < 1 || width > size)
    throw expectedRange('width', `an integer from 1 to ${size} (the pool's size)`, width)
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw expectedType('signal', 'an AbortSignal', signal)
  if (onProgress !== undefined && typeof onProgress !== 'function') throw expectedType('onProgress', 'a function', onProgress)
  const schedule = options.schedule ?? ((process.env['SHOAL_SCHEDULE'] || undefined) as Schedule | undefined)
  return { schedule, chunkLength, unit, width, signal, onProgress }
}
