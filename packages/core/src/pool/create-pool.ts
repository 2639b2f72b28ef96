import { stopNested } from '../protocol/index.js'
import { type PoolOptions, resolvePoolOptions } from './options.js'
import { Pool } from './pool.js'

/**
 * Starts a pool of workers; resolves when all are ready.
 *
 * @throws TypeError, RangeError for options that are not as `PoolOptions` says.
 * @throws ShoalError `SHOAL_POOL_WORKER_FAILED` when a worker does not come up, `SHOAL_POOL_NESTED` in a worker of a pool.
 * @example
 * const pool = await createPool({ workers: 4 })
 * try { … } finally { await pool.close() }
 */
export async function createPool(options: PoolOptions = {}): Promise<Pool> {
  const never = stopNested('createPool()')
  // Not without need: where the program has called is read from the stack, for setup.
  if (never !== undefined) await never
  const resolved = resolvePoolOptions(options)
  resolved.signal?.throwIfAborted()
  return new Pool(resolved).start()
}
