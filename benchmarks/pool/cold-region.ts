import { createPool } from '@shoal/core'
import { reportSeconds } from '../frame/report-seconds.js'

/**
 * The first region on workers that are not in their loop, `WIDTH` of them: `cold-region.js BACKEND WORKERS WIDTH COUNT`. `work` is seconds per
 * million.
 */
const [backend = 'threads', workers = '2', width = '1', count = '2000'] = process.argv.slice(2)
const options = { width: Number(width) }
const pool = await createPool({ workers: Number(workers), backend: backend as 'threads' | 'processes' })
// The code of both sides is compiled by then, as that of the peer.
for (let i = 0; i < 2000; i++) await pool.spmd(() => 0, options)
let total = 0
for (let i = 0; i < Number(count); i++) {
  // A task takes the workers out of their loops.
  await pool.broadcast(() => 0)
  const start = performance.now()
  await pool.spmd(() => 0, options)
  total += performance.now() - start
}
await pool.close()
console.log('done')
reportSeconds({ work: (total / 1000 / Number(count)) * 1e6 })
