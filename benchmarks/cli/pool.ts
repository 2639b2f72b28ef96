import { createPool, kernelsFrom, range } from '@shoal/core'

/** What `runJob` does without a checkpoint, on its pool directly: `pool.js ELEMENTS WORKERS`. */
const [elements, workers] = process.argv.slice(2).map(Number) as [number, number]
const { chunk, combine } = kernelsFrom<typeof import('./work.js')>(new URL('./work.js', import.meta.url))
const pool = await createPool({ workers })
console.log(await pool.forChunks(range(elements), chunk, { combine }))
process.exit()
