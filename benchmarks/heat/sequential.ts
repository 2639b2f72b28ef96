import { checksum, heatPlate } from '@shoal/examples/dist/heat/plate.js'
import { heatSequential } from '@shoal/examples/dist/heat/sequential.js'
import { reportSeconds } from '../frame/report-seconds.js'

/** The heat example on one thread over plain arrays: `sequential.js SIZE STEPS`. */
const [size = 0, steps = 0] = process.argv.slice(2).map(Number)
const grids = [new Float64Array(size * size), new Float64Array(size * size)] as const
heatPlate(size, ...grids)

const start = performance.now()
const plate = heatSequential(grids, size, steps)
const work = (performance.now() - start) / 1000

console.log(checksum(plate))
reportSeconds({ work })
