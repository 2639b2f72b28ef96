import { allocate, createPool } from '../../../packages/core/bundle/index.js'

/** Of these a worker knows best what is called. */
const ofWorkers = /\/(worker\/(start|run-region)|piscina\/worker-thread)\.js$/

// What most programs call, so that V8 has compiled it.
const pool = await createPool({ workers: 2 })
await pool.broadcast(() => 0)
await pool.run((x) => x + 1, 1)
const xs = allocate(Float64Array, 1000)
await pool.forChunks(xs, (chunk) => chunk.view.fill(1))
await pool.map(xs, (x) => x * 2, { into: xs })
await pool.reduce(xs, (sum, x) => sum + x, { identity: 0, combine: (a, b) => a + b })
await pool.spmd((region) => region.rank)
await pool.run((pattern) => writeCode((path) => pattern.test(path)), ofWorkers)
await pool.close()

const processes = await createPool({ workers: 2, backend: 'processes' })
await processes.broadcast(() => 0)
await processes.close()
writeCode((path) => !ofWorkers.test(path))
