import { createPool } from '@shoal/core'
import { reportSeconds } from '../frame/report-seconds.js'

/**
 * The first region on workers that are not in their loop, `WIDTH` of them: `cold-region.js BACKEND WORKERS WIDTH COUNT`. `work` is seconds
 * each.
 */
const [backend = 'threads', workers = '2', width = '1', count = '5000'] = process.argv.slice(2)
const options = { width: Number(width) }
const pool = await createPool({ workers: Number(workers), backend: backend as 'threads' | 'processes' })

/** Seconds of the regions. */
async function measure(): Promise<number> {
  let total = 0
  for (let i = 0; i < Number(count); i++) {
    // A task takes the workers out of their loops.
    await pool.broadcast(() => 0)
    const start = performance.now()
    await pool.spmd(() => 0, options)
    total += performance.now() - start
  }
  return total / 1000
}

// The code of both sides is optimised by then, as that of the peer.
await measure()
const seconds = await measure()
await pool.close()
console.log('done')
reportSeconds({ work: seconds / Number(count) })
