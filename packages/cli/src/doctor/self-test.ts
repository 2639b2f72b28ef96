import { type Backend, createPool, type Pool, share } from '@shoal/core'
import { broken, type Finding, ok } from './finding.js'

const testMs = 1000
const length = 100_000

/** Computes for a second on workers of one kind, and looks at every result. */
export async function selfTest(backend: Backend): Promise<Finding> {
  const check = `self test, ${backend}`
  try {
    const pool = await createPool({ backend, name: 'doctor' })
    try {
      const regions = await compute(pool, performance.now() + testMs)
      return ok(check, `${regions} correct sums of ${length} numbers by ${pool.size} workers in ${testMs / 1000} s`)
    } finally {
      await pool.destroy()
    }
  } catch (error) {
    return broken(check, (error as Error).message, 'look at what is broken or warned of above; else report it with this output')
  }
}

async function compute(pool: Pool, deadline: number): Promise<number> {
  const xs = share(Float64Array.from({ length }, (_, index) => index))
  const expected = (length * (length - 1)) / 2
  let regions = 0
  for (; performance.now() < deadline; regions++) {
    const sum = await pool.forChunks(xs, ({ view }) => view.reduce((a, b) => a + b, 0), { combine: (a, b) => a + b })
    if (sum !== expected) throw new Error(`expected ${expected} for the sum of a shared segment but received ${sum}`)
  }
  return regions
}
