// A CommonJS module: what is written as import becomes require().
import { allocate, createPool, range } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { defineJob } from '@shoal/core/job'

export const job = defineJob({
  name: 'count',
  input: (end: number) => range(end),
  chunk: (c) => c.length,
  combine: (a, b) => a + b,
  finish: String,
})

export async function total(): Promise<number> {
  const pool = await createPool({ workers: 1 })
  try {
    return await par.sum(pool, allocate(Float64Array, 10))
  } finally {
    await pool.close()
  }
}
