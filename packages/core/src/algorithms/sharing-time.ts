import { ShoalError } from '../errors/index.js'
import { lateError, type Pool, type PoolCalls } from '../pool/index.js'
import { now } from '../sync/index.js'
import { type AlgorithmOptions, checkOptions } from './options.js'

/**
 * Runs a call of several passes, which it makes on the `PoolCalls` that it is given: a pool that is closed meanwhile waits for the last of
 * them. `next()` gives each pass its options, with what is left of the time: `timeoutMs` is that of the whole call. It throws where no pass
 * should begin any more: a region looks at its signal and its time only while it runs.
 */
export async function sharingTime<O extends AlgorithmOptions, R>(
  pool: Pool,
  options: O,
  call: (next: () => O, calls: PoolCalls) => Promise<R>,
  calls: PoolCalls = pool,
): Promise<R> {
  return calls.together((parts) => {
    checkOptions(options, pool)
    return inTime(options, (next) => call(next, parts))
  })
}

async function inTime<O extends AlgorithmOptions, R>(options: O, call: (next: () => O) => Promise<R>): Promise<R> {
  const { signal, timeoutMs } = options
  if (timeoutMs === undefined) {
    return call(() => {
      signal?.throwIfAborted()
      return options
    })
  }
  const endsAt = now() + timeoutMs
  const late = (cause?: unknown): ShoalError => lateError('SHOAL_REGION_TIMEOUT', timeoutMs, cause)
  try {
    return await call(() => {
      signal?.throwIfAborted()
      const left = endsAt - now()
      if (left <= 0) throw late()
      return { ...options, timeoutMs: left }
    })
  } catch (error) {
    // A pass knows only what was left for it.
    throw error instanceof ShoalError && error.code === 'SHOAL_REGION_TIMEOUT' ? late(error.cause) : error
  }
}
