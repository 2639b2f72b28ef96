import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'

/** The same map as a plain loop on one thread: `sequential-map.js LENGTH`. */
const xs = new Float64Array(Number(process.argv[2] ?? 2 ** 25)).fill(1)

function map(): void {
  for (let i = 0; i < xs.length; i++) xs[i] = xs[i]! * 1.5 + 1
}

const [work] = await medianSeconds(map)
console.log(xs[0], xs.at(-1))
reportSeconds({ work })
