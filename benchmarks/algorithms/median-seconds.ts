import { median } from '../frame/statistics.js'

/** Odd, so that scaling by −1 leaves the same on every side. */
const RUNS = 15

/** The median time of some calls after two more, and what the last one returned. */
export async function medianSeconds<R>(call: () => R | Promise<R>): Promise<[seconds: number, result: R]> {
  let result = await call()
  result = await call()
  const seconds: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    result = await call()
    seconds.push((performance.now() - start) / 1000)
  }
  return [median(seconds), result]
}
