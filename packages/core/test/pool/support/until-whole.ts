import type { Pool } from '@shoal/core'
import { until } from './until.js'

/** Until all workers of the pool answer one call: deaths may still be news when the first of these calls are made. */
export async function untilWhole(pool: Pool, isDeath: (error: { readonly code?: string }) => boolean): Promise<void> {
  await until(() =>
    pool
      .spmd((ctx) => ctx.allReduce(1, 'sum'))
      .then(
        (sizes) => sizes.every((size) => size === pool.size),
        (error) => {
          if (isDeath(error)) return false
          throw error
        },
      ),
  )
}
