import { median } from '../frame/statistics.js'

/** Odd, so that scaling by −1 leaves the same on every side. */
const RUNS = 15

/** The median time of some calls after two more, and what the last one returned. What is done before each is not timed. */
export async function medianSeconds<R>(
  call: () => R | Promise<R>,
  { runs = RUNS, before }: { runs?: number; before?: () => unknown } = {},
): Promise<[seconds: number, result: R]> {
  const seconds: number[] = []
  let result: R
  for (let run = -2; run < runs; run++) {
    before?.()
    const start = performance.now()
    result = await call()
    if (run >= 0) seconds.push((performance.now() - start) / 1000)
  }
  return [median(seconds), result!]
}
