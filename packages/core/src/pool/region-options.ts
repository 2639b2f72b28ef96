import { checkAbortSignal, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { checkCutting, type Schedule } from '../schedule/index.js'
import type { Progress } from './progress.js'

/** How a region is cut, who takes part, and what happens when it fails or takes too long. */
export interface RegionOptions {
  /** How the source is cut. Default `auto`, or `SHOAL_SCHEDULE`. */
  schedule?: Schedule
  /** As in OpenMP: `static` round-robin blocks, `dynamic` the block, `guided` the least block; in elements, or bytes of files. */
  chunkLength?: number
  /** Chunks start and end at multiples of this many elements (a row, a record, a pixel). */
  unit?: number
  /** How many workers take part (OpenMP's `num_threads`). */
  width?: number
  /**
   * What happens to the chunks of a worker that dies. `never`: the region fails. `idempotent`: they are done again, by others.
   * `preimage`: for work in place; each chunk is copied first, and put back before it is done again.
   * Default `idempotent` for `reduce` and for `map` into another view, unless `args` hold memory of the segment that view is over; else
   * `never`. Errors that kernels throw are never retried.
   */
  retry?: 'never' | 'idempotent' | 'preimage'
  /** A chunk that ends this many workers fails the region. Default 3. */
  maxAttempts?: number
  /** Ends the region: no chunk begins after the abort, and the call rejects with the signal's reason. */
  signal?: AbortSignal
  /** Ends the region with `SHOAL_REGION_TIMEOUT` when it takes longer. */
  timeoutMs?: number
  /** How long the workers of a region that was ended have to finish their chunks before they are ended themselves. Default 1,000. */
  graceMs?: number
  /** Called about ten times a second, and once at the end. What it throws first ends the region, and is what the call rejects with. */
  onProgress?: (progress: Progress) => void
}

type Optional = 'schedule' | 'chunkLength' | 'unit' | 'retry' | 'signal' | 'timeoutMs' | 'onProgress'

export type ResolvedRegionOptions = { readonly poolSize: number } & Readonly<Omit<Required<RegionOptions>, Optional>> & {
    readonly [K in Optional]: RegionOptions[K] | undefined
  }

/** @throws TypeError, RangeError in the one sentence: what was expected, and what came. */
export function resolveRegionOptions(options: RegionOptions, size: number): ResolvedRegionOptions {
  requireOptions(options)
  const { width = size, maxAttempts = 3, graceMs = 1000, retry, signal, timeoutMs, onProgress, schedule, chunkLength, unit } = options
  checkWidth(width, size)
  if (retry !== undefined && retry !== 'never' && retry !== 'idempotent' && retry !== 'preimage') {
    throw expectedType('retry', "'never', 'idempotent' or 'preimage'", retry)
  }
  if (typeof maxAttempts !== 'number') throw expectedType('maxAttempts', 'an integer', maxAttempts)
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) throw expectedRange('maxAttempts', 'an integer from 1', maxAttempts)
  if (typeof graceMs !== 'number') throw expectedType('graceMs', 'a number of milliseconds', graceMs)
  if (!(graceMs >= 0)) throw expectedRange('graceMs', 'a number of milliseconds from 0', graceMs)
  checkCutting(options)
  checkProgress(onProgress)
  checkSignal(signal)
  checkTimeout(timeoutMs)
  return { poolSize: size, schedule, chunkLength, unit, width, retry, maxAttempts, graceMs, signal, timeoutMs, onProgress }
}

export function checkWidth(width: unknown, size: number): void {
  if (width === undefined) return
  if (typeof width !== 'number') throw expectedType('width', 'a number of workers', width)
  if (!Number.isInteger(width) || width < 1 || width > size)
    throw expectedRange('width', `an integer from 1 to ${size} (the pool's size)`, width)
}

export function checkProgress(onProgress: unknown): void {
  if (onProgress !== undefined && typeof onProgress !== 'function') throw expectedType('onProgress', 'a function', onProgress)
}

export function checkSignal(signal: unknown): void {
  checkAbortSignal(signal)
  signal?.throwIfAborted()
}

export function checkTimeout(timeoutMs: unknown): void {
  if (timeoutMs === undefined) return
  if (typeof timeoutMs !== 'number') throw expectedType('timeoutMs', 'a number of milliseconds', timeoutMs)
  // Node's timers end at 2^31 − 1.
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31))
    throw expectedRange('timeoutMs', 'a number of milliseconds from 1 to 2,147,483,647', timeoutMs)
}
