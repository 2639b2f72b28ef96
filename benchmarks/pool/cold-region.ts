import { createPool } from '@shoal/core'
import { reportSeconds } from '../frame/report-seconds.js'

/** The first region on workers that are not in their loop: `cold-region.js BACKEND WORKERS COUNT`. `work` is seconds per million. */
const [backend = 'threads', workers = '2', count = '500'] = process.argv.slice(2)
const pool = await createPool({ workers: Number(workers), backend: backend as 'threads' | 'processes' })
await pool.spmd(() => 0)
let total = 0
for (let i = 0; i < Number(count); i++) {
  // A task takes the workers out of their loops.
  await pool.broadcast(() => 0)
  const start = performance.now()
  await pool.spmd(() => 0)
  total += performance.now() - start
}
await pool.close()
console.log('done')
reportSeconds({ work: (total / 1000 / Number(count)) * 1e6 })
