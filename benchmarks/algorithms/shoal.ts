import { allocate, axpy, createPool, dot, matmul, max, min, scale, scan, sum } from '@shoal/core'
import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'

/** One algorithm of Shoal: `shoal.js BACKEND OPERATION WORKERS COUNT`. Elements are such that results are exact in any order. */
const [backend = '', operation = '', workers = '', count = ''] = process.argv.slice(2)
const n = Number(count)
const pool = await createPool({ workers: Number(workers), backend: backend as 'threads' | 'processes' })

async function numbers(length: number, modulus: number): Promise<Float64Array<SharedArrayBuffer>> {
  const xs = allocate(Float64Array, length)
  await pool.map(xs, (_, i, m) => i % m, { into: xs, args: [modulus] })
  return xs
}

async function small(): Promise<[number, unknown]> {
  const xs = await numbers(1000, 1000)
  let total = 0
  for (let call = 0; call < 20_000; call++) total = await sum(pool, xs)
  const start = performance.now()
  for (let call = 0; call < n; call++) total = await sum(pool, xs)
  return [(performance.now() - start) / 1000 / n, total]
}

const operations: Record<string, () => Promise<[seconds: number, result: unknown]>> = {
  sum: async () => reduce(sum),
  min: async () => reduce(min),
  max: async () => reduce(max),
  async dot() {
    const [xs, ys] = [await numbers(n, 1000), await numbers(n, 777)]
    return medianSeconds(() => dot(pool, xs, ys))
  },
  async scale() {
    const xs = await numbers(n, 1000)
    const [seconds] = await medianSeconds(() => scale(pool, xs, -1, { into: xs }))
    return [seconds, await sum(pool, xs)]
  },
  async axpy() {
    const [xs, ys] = [await numbers(n, 1000), await numbers(n, 777)]
    // Every call adds to what is there, and the other sides make few.
    await medianSeconds(() => axpy(pool, 0, xs, ys))
    const [seconds] = await medianSeconds(() => axpy(pool, 2, xs, ys), { warmUp: 2 })
    return [seconds, await sum(pool, ys)]
  },
  async scan() {
    const [xs, into] = [await numbers(n, 1000), await numbers(n, 10)]
    const [seconds] = await medianSeconds(() => scan(pool, xs, { into }))
    return [seconds, into[n - 1]]
  },
  async matmul() {
    const [a, b, into] = [await numbers(n * n, 7), await numbers(n * n, 11), await numbers(n * n, 1)]
    const [seconds] = await medianSeconds(() => matmul(pool, a, b, { inner: n, into }), { warmUp: 10 })
    return [seconds, await sum(pool, into)]
  },
  small,
}

async function reduce(algorithm: typeof sum): Promise<[number, unknown]> {
  const xs = await numbers(n, 1000)
  return medianSeconds(() => algorithm(pool, xs))
}

const [work, result] = await operations[operation]!()
await pool.close()
console.log(result)
reportSeconds({ work })
