import { expectedType, requireOptions } from '../errors/index.js'
import { checkProgress, checkSignal, checkTimeout, checkWidth, type Pool, type Progress } from '../pool/index.js'
import { now } from '../sync/index.js'

/** What every algorithm takes besides its own options. */
export interface AlgorithmOptions {
  /** Ends the algorithm between two chunks: it rejects with the signal's reason. What is in place is half done then. */
  signal?: AbortSignal
  /** Ends it with `SHOAL_REGION_TIMEOUT` when it takes longer, all its passes together. */
  timeoutMs?: number
  /** Called about ten times a second, and once at the end; by elements. An algorithm of several passes counts each from 0 on. */
  onProgress?: (progress: Progress) => void
  /** How many workers take part. Results do not depend on it. */
  width?: number
}

/** Options of an algorithm that changes a view in place. */
export interface InPlaceOptions extends AlgorithmOptions {
  /**
   * What happens when a worker dies in the middle. `never`, the default: the call fails with `SHOAL_REGION_WORKER_DIED`, which names the part
   * that is half changed. `preimage`: each chunk is copied first, put back, and done again.
   */
  retry?: 'never' | 'preimage'
}

/**
 * What was given as options: none where nothing was.
 *
 * @throws TypeError for what is no object
 */
export function givenOptions<O extends object>(options: unknown): Partial<O> {
  if (options === undefined) return {}
  requireOptions(options)
  return options
}

/** Also where the caller does it alone: what is wrong with the options does not depend on how much there is to do. */
export function checkOptions(options: AlgorithmOptions, pool: Pool): void {
  requireOptions(options)
  checkWidth(options.width, pool.size)
  checkProgress(options.onProgress)
  checkSignal(options.signal)
  checkTimeout(options.timeoutMs)
}

/** Of what is in place: work that is done twice would be wrong, so it is never just done again. */
export function retryInPlace({ retry = 'never' }: InPlaceOptions): 'never' | 'preimage' {
  if (retry !== 'never' && retry !== 'preimage') throw expectedType('retry', "'never' or 'preimage'", retry)
  return retry
}

/** For what the caller has done alone. */
export function reportDone({ onProgress }: AlgorithmOptions, total: number, startedAt: number): void {
  onProgress?.({ done: total, total, chunks: 1, retries: 0, elapsedMs: now() - startedAt })
}
