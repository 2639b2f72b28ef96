import type { Pool } from '@shoal/core'

type Grid = Float64Array<SharedArrayBuffer>

/**
 * Lets heat spread over a plate by Jacobi iteration: in each step every inner cell becomes the mean of its four
 * neighbours. The two grids start equal and take turns; returns the one that holds the last step.
 *
 * Each worker owns a block of rows. One barrier a step is enough: nobody writes into a grid before all have read it.
 */
export async function heat(pool: Pool, grids: readonly [Grid, Grid], width: number, steps: number): Promise<Grid> {
  const innerRows = Math.max(0, grids[0].length / width - 2)
  await pool.spmd(
    (ctx, from, to, width, innerRows, steps) => {
      const rows = ctx.partition(innerRows)
      for (let step = 0; step < steps; step++) {
        for (let y = rows.start + 1; y <= rows.end; y++) {
          const end = (y + 1) * width - 1
          for (let i = y * width + 1; i < end; i++) {
            to[i] = 0.25 * (from[i - 1]! + from[i + 1]! + from[i - width]! + from[i + width]!)
          }
        }
        ctx.barrier()
        const last = to
        to = from
        from = last
      }
    },
    { args: [...grids, width, innerRows, steps] },
  )
  return grids[steps % 2]!
}
