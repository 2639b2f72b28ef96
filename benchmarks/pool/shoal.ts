import { allocate, createPool } from '@shoal/core'
import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'

/** One measurement of Shoal's pool: `shoal.js MODE BACKEND WORKERS COUNT`. `work` is seconds, of each chunk, region or task where there are many. */
const [mode = '', backend = 'threads', workers = '2', count = '10000'] = process.argv.slice(2)
const n = Number(count)
const begun = performance.now()
const pool = await createPool({ workers: Number(workers), backend: backend as 'threads' | 'processes' })
await pool.broadcast(() => 0)
const ready = (performance.now() - begun) / 1000

async function secondsEach(times: number, call: () => unknown): Promise<number> {
  const start = performance.now()
  await call()
  return (performance.now() - start) / 1000 / times
}

/** What is compared: numbers, where there are some. */
let result: unknown[] = ['done']

const modes: Record<string, () => number | Promise<number>> = {
  ready: () => ready,
  chunks: async () => {
    await pool.forChunks(n / 10, () => undefined, { schedule: 'dynamic', chunkLength: 1 })
    return secondsEach(n, () => pool.forChunks(n, () => undefined, { schedule: 'dynamic', chunkLength: 1 }))
  },
  // As many before the clock starts: the first ten thousands run in code that is still being optimised.
  region: async () => {
    for (let i = 0; i < n; i++) await pool.spmd(() => 0)
    return secondsEach(n, async () => {
      for (let i = 0; i < n; i++) await pool.spmd(() => 0)
    })
  },
  regionSync: () => {
    for (let i = 0; i < n; i++) pool.spmdSync(() => 0)
    return secondsEach(n, () => {
      for (let i = 0; i < n; i++) pool.spmdSync(() => 0)
    })
  },
  run: async () => {
    for (let i = 0; i < n; i++) await pool.run((x: number) => x, 0)
    return secondsEach(n, async () => {
      for (let i = 0; i < n; i++) await pool.run((x: number) => x, 0)
    })
  },
  map: async () => {
    const xs = allocate(Float64Array, n)
    xs.fill(1)
    const [work] = await medianSeconds(() => pool.map(xs, (x) => x * 1.5 + 1, { into: xs }))
    result = [xs[0], xs[n - 1]]
    return work
  },
}

const work = await modes[mode]!()
await pool.close()
console.log(...result)
reportSeconds({ work })
