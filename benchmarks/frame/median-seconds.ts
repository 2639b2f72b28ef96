import { median } from './statistics.js'

/** Odd, so that scaling by −1 leaves the same on every side. */
const RUNS = 15
/** Until V8 has compiled what they need: its compiler's threads take turns with the workers on a machine with few CPUs. Even, see above. */
const WARM_UP = 100

/** The median time of some calls after `warmUp` more, and what the last one returned. What is done before each is not timed. */
export async function medianSeconds<R>(
  call: () => R | Promise<R>,
  { runs = RUNS, warmUp = WARM_UP, before }: { runs?: number; warmUp?: number; before?: () => unknown } = {},
): Promise<[seconds: number, result: R]> {
  const seconds: number[] = []
  let result: R
  for (let run = -warmUp; run < runs; run++) {
    before?.()
    const start = performance.now()
    result = await call()
    if (run >= 0) seconds.push((performance.now() - start) / 1000)
  }
  return [median(seconds), result!]
}
