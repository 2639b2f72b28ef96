import { allocate, bincount, createPool, groupBy, histogram, sort } from '@shoal/core'
import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'
import { checkOfCounts, checkOfOrder, fillMixed, mixed, numberTypes } from './mixed.js'

/** Sorting, counting or grouping by Shoal: `ordering.js BACKEND OPERATION WORKERS COUNT`. */
const [backend = '', operation = '', workers = '', count = ''] = process.argv.slice(2)
const n = Number(count)
const pool = await createPool({ workers: Number(workers), backend: backend as 'threads' | 'processes' })

async function sorted(type: keyof typeof numberTypes): Promise<[number, number]> {
  const input = fillMixed(new numberTypes[type](n))
  const xs = allocate(numberTypes[type] as Float64ArrayConstructor, n)
  const [seconds] = await medianSeconds(() => sort(pool, xs), { runs: 5, warmUp: 5, before: () => xs.set(input) })
  return [seconds, checkOfOrder(xs)]
}

async function grouped(distinct: number): Promise<[number, number]> {
  const [keys, values] = [allocate(Int32Array, n), allocate(Float64Array, n)]
  for (let i = 0; i < n; i++) {
    const h = mixed(i)
    keys[i] = h % distinct
    values[i] = Math.floor(h / 1000) % 100_003
  }
  const asked = { sum: [values, 'sum'], min: [values, 'min'], max: [values, 'max'] } as const
  const [seconds, groups] = await medianSeconds(() => groupBy(pool, [keys], asked), { runs: 5, warmUp: 5 })
  const [key] = groups.keys
  const { sum, min, max } = groups.columns
  return [seconds, key.reduce((total, k, i) => total + ((k % 10) + 1) * (sum[i]! + 3 * min[i]! + 7 * max[i]!), 0)]
}

const operations: Record<string, () => Promise<[seconds: number, result: number]>> = {
  'sort-f64': () => sorted('f64'),
  'sort-i32': () => sorted('i32'),
  'sort-u32': () => sorted('u32'),
  async histogram() {
    const xs = fillMixed(allocate(Float64Array, n))
    const [seconds, { counts }] = await medianSeconds(() => histogram(pool, xs, { bins: 100, range: [0, 1] }))
    return [seconds, checkOfCounts(counts)]
  },
  async bincount() {
    const xs = fillMixed(allocate(Int32Array, n), 1000)
    const [seconds, counts] = await medianSeconds(() => bincount(pool, xs))
    return [seconds, checkOfCounts(counts)]
  },
  group: () => grouped(1000),
  'group-many': () => grouped(n >> 2),
}

const [work, result] = await operations[operation]!()
await pool.close()
console.log(result)
reportSeconds({ work })
