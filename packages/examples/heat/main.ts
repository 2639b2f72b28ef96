// Heat on a square plate: node packages/examples/dist/heat/main.js [--size 4000] [--steps 100] [--backend threads] [--workers 2]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { allocate, createPool } from '@shoal/core'
import { heat } from './heat.js'
import { checksum, heatPlate } from './plate.js'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '4000' },
    steps: { type: 'string', default: '100' },
    backend: { type: 'string', default: 'threads' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const [size, steps, workers] = [values.size, values.steps, values.workers].map(Number) as [number, number, number]
const backend = values.backend as 'threads' | 'processes'

const grids = [allocate(Float64Array, size * size), allocate(Float64Array, size * size)] as const
heatPlate(size, ...grids)

const pool = await createPool({ workers, backend })
try {
  const start = performance.now()
  const plate = await heat(pool, grids, size, steps)
  const seconds = ((performance.now() - start) / 1000).toFixed(3)
  console.log(`${size} × ${size}, ${steps} steps: ${seconds} s, checksum ${checksum(plate)} (${backend}, ${workers} workers)`)
} finally {
  await pool.close()
}
