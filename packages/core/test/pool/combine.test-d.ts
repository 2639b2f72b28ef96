import { type Pool, textRecords } from '@shoal/core'

/** How `combine` may be given: this file only has to compile. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const check = <A, B>(_: Same<A, B>): void => {}

const add = (a: number, b: number): number => a + b
const either = (a: number | string, b: number | string): number | string => a || b
const options = { combine: add, chunkLength: 10 }
declare function concat<T>(a: T[], b: T[]): T[]

export async function types(pool: Pool, xs: Float64Array<SharedArrayBuffer>): Promise<void> {
  const inline = await pool.forChunks(xs, (chunk) => chunk.view.length, { combine: (a, b) => a + b })
  check<typeof inline, number>(true)
  const named = await pool.forChunks(xs, (chunk) => chunk.view.length, { combine: add })
  check<typeof named, number>(true)
  const spread = await pool.forChunks(textRecords('a'), (chunk, from) => chunk.view.length - from, { ...options, args: [3] })
  check<typeof spread, number>(true)
  const generic = await pool.forChunks(10, (chunk) => [chunk.length], { combine: concat })
  check<typeof generic, number[]>(true)
  const object = await pool.forChunks(10, (chunk) => ({ n: chunk.length }), { combine: (a, b) => ({ n: a.n + b.n }) })
  check<typeof object, { n: number }>(true)
  const inPlace = await pool.forChunks(10, () => new Map<string, number>(), { combine: (a, b) => (b.size > a.size ? b : a) })
  check<typeof inPlace, Map<string, number>>(true)
  const sync = pool.forChunksSync(xs, (chunk) => chunk.view.length, options)
  check<typeof sync, number>(true)

  // @ts-expect-error: memory that is not shared is no source
  await pool.forChunks(new Float64Array(3), () => undefined)
  // @ts-expect-error: nor is whatever has a length
  await pool.forChunks(['a', 'b'], () => undefined)

  const reduced = await pool.reduce(xs, (acc, x) => acc + x, { identity: 0, combine: add })
  check<typeof reduced, number>(true)
  const folded = await pool.foldChunks(xs, (acc, chunk) => acc + chunk.length, { init: () => 0, combine: add })
  check<typeof folded, number>(true)

  // @ts-expect-error combine returns something else
  await pool.forChunks(10, (chunk) => ({ n: chunk.length }), { combine: (a, b) => a.n + b.n })
  // @ts-expect-error combine takes something else
  await pool.forChunks(10, (chunk) => [chunk.length], { combine: add })
  // @ts-expect-error combine may return more than the kernel does
  await pool.forChunks(10, (chunk) => chunk.length, { combine: either })
  // @ts-expect-error async kernels are for run and broadcast
  await pool.forChunks(10, async (chunk) => chunk.length, { combine: add })
}
