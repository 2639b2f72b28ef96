// Heat on a square plate: node packages/examples/dist/heat/main.js [--size 4000] [--steps 100] [--backend threads] [--workers 2]
import { allocate, createPool } from '@shoal/core'
import { heat } from './heat.js'
import { type HeatOptions, heatOptions } from './options.js'
import { checksum, heatPlate } from './plate.js'

const options = heatOptions()
if (options !== undefined) await main(options)

async function main({ size, steps, pool: poolOptions }: HeatOptions): Promise<void> {
  const grids = [allocate(Float64Array, size * size), allocate(Float64Array, size * size)] as const
  heatPlate(size, ...grids)

  const pool = await createPool(poolOptions)
  try {
    const start = performance.now()
    const plate = await heat(pool, grids, size, steps)
    const seconds = ((performance.now() - start) / 1000).toFixed(3)
    console.log(`${size} × ${size}, ${steps} steps: ${seconds} s, checksum ${checksum(plate)} (${pool.backend}, ${pool.size} workers)`)
  } finally {
    await pool.close()
  }
}
