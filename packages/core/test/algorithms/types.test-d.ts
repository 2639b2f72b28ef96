/// <reference lib="esnext.float16" />
import { allocate, type Context, type Pool, type ReadonlyView } from '@shoal/core'
import * as par from '@shoal/core/algorithms'

/** What results are, and which calls are refused: this file only has to compile. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const check = <A, B>(_: Same<A, B>): void => {}

type Doubles = Float64Array<SharedArrayBuffer>
type Bigs = BigInt64Array<SharedArrayBuffer>
type Half = Float16Array<SharedArrayBuffer>
declare const half: Half
declare const ctx: Context
declare const floats: Float32Array<SharedArrayBuffer>
declare const readonly: ReadonlyView<Doubles>
declare const mask: ReadonlyView<Uint8Array<SharedArrayBuffer>>
declare const counted: ReadonlyView<Uint32Array<SharedArrayBuffer>>

export async function results(pool: Pool, xs: Doubles, bigs: Bigs): Promise<void> {
  const sums = [await par.sum(pool, xs), await par.sum(pool, bigs)] as const
  check<typeof sums, readonly [number, bigint]>(true)
  const extremes = await par.minMax(pool, bigs)
  check<typeof extremes, { min: bigint; max: bigint }>(true)
  const quantiles = [await par.quantile(pool, bigs, 0.5), await par.quantile(pool, bigs, [0.5])] as const
  check<typeof quantiles, readonly [number, number[]]>(true)
  const converted = await par.convert(pool, bigs, Float32Array)
  check<typeof converted, Float32Array<SharedArrayBuffer>>(true)
  const grouped = await par.groupBy(pool, [bigs, floats], { n: 'count', most: [bigs, 'max'], total: [floats, 'sum'] })
  check<typeof grouped.keys, [Bigs, Float32Array<SharedArrayBuffer>]>(true)
  check<typeof grouped.columns, { n: Doubles; most: Bigs; total: Doubles }>(true)
  for (const view of [
    await par.copy(pool, readonly, { into: xs }),
    await par.scale(pool, readonly, 2, { into: xs }),
    await par.add(pool, readonly, xs, { into: xs }),
    await par.mul(pool, xs, readonly, { into: xs }),
    await par.clamp(pool, readonly, 1, 2, { into: xs }),
    await par.scan(pool, readonly, { into: xs }),
    await par.sort(pool, readonly, { into: xs }),
    await par.axpy(pool, 2, readonly, xs),
    await par.matmul(pool, xs, readonly, { inner: 1 }),
  ]) {
    check<typeof view, Doubles>(true)
  }
  for (const view of [allocate(Float16Array, 1), await par.convert(pool, xs, Float16Array), await par.sort(pool, half), ctx.bcast(half)]) {
    check<typeof view, Half>(true)
  }
  const reduced = [await par.sum(pool, half), ctx.sum(half), ctx.allReduce(half, 'sum'), ctx.allReduce(new Float16Array(3), 'max')] as const
  check<typeof reduced, readonly [number, number, Half, Float16Array<ArrayBuffer>]>(true)
  const places = [await par.searchSorted(pool, readonly, xs), await par.searchSorted(pool, xs, readonly)] as const
  check<typeof places, readonly [Uint32Array<SharedArrayBuffer>, Uint32Array<SharedArrayBuffer>]>(true)
}

/** What only reads takes readonly views, and what is made without a pool is memory of its own. */
export async function reading(pool: Pool, xs: Doubles, plain: Float64Array): Promise<void> {
  for (const view of [
    await par.copy(pool, readonly),
    await par.scan(pool, readonly),
    await par.scale(pool, readonly, 2),
    await par.add(pool, readonly, readonly),
    await par.mul(pool, readonly, xs),
    await par.clamp(pool, readonly, 1, 2),
    await par.merge(pool, readonly, xs),
    await par.filter(pool, readonly, { mask }),
    (await par.partitionBy(pool, readonly, { lt: 3 })).rest,
    await par.unique(pool, readonly),
    (await par.topK(pool, readonly, 1)).values,
    await par.matmul(pool, readonly, readonly, { inner: 1 }),
    await par.shuffle(pool, readonly, { into: xs }),
    par.copy(plain, { into: xs }),
  ]) {
    check<typeof view, Doubles>(true)
  }
  for (const view of [
    par.copy(readonly),
    par.scan(readonly),
    par.scale(xs, 2),
    par.add(readonly, plain),
    par.mul(xs, readonly),
    par.clamp(readonly, 1, 2),
    par.merge(plain, readonly),
    par.filter(readonly, { mask }),
    par.partitionBy(xs, (x) => x > 1).matching,
    par.unique(readonly),
    par.topK(readonly, 1).values,
    par.matmul(readonly, xs, { inner: 1 }),
  ]) {
    check<typeof view, Float64Array<ArrayBuffer>>(true)
  }
  const numbers = [
    par.dot(plain, readonly),
    await par.dot(pool, readonly, xs),
    par.bincount(counted),
    par.shuffle(readonly, { into: plain }),
    par.sort(readonly, { into: plain }),
  ] as const
  type Plain = Float64Array<ArrayBufferLike>
  check<typeof numbers, readonly [number, number, Plain, Plain, Plain]>(true)
}

export function refused(pool: Pool, xs: Doubles, bigs: Bigs): unknown[] {
  return [
    // @ts-expect-error counts are of integers
    par.bincount(pool, xs),
    // @ts-expect-error counts are of integers
    par.bincount(readonly),
    // @ts-expect-error memory of no segment: without a pool it is new
    par.min(pool, par.scale(xs, 2)),
    // @ts-expect-error memory of no segment
    par.min(pool, new Float64Array(1)),
    // @ts-expect-error a number for bigints
    par.scale(pool, bigs, 3),
    // @ts-expect-error nothing is stored into what is readonly
    par.sort(pool, readonly),
    // @ts-expect-error elements of another type
    par.copy(pool, xs, { into: floats }),
    // @ts-expect-error elements of another type
    par.scale(pool, xs, 2, { into: floats }),
    // @ts-expect-error elements of another type
    par.add(pool, xs, xs, { into: floats }),
    // @ts-expect-error elements of another type
    par.mul(pool, xs, floats),
    // @ts-expect-error elements of another type
    par.clamp(pool, xs, 1, 2, { into: floats }),
    // @ts-expect-error elements of another type
    par.scan(pool, readonly, { into: floats }),
    // @ts-expect-error elements of another type
    par.axpy(pool, 2, floats, xs),
    // @ts-expect-error elements of another type
    par.matmul(pool, xs, floats, { inner: 1 }),
    // @ts-expect-error elements of another type
    par.searchSorted(pool, xs, floats),
    // @ts-expect-error what is done twice in place is wrong
    par.scale(pool, xs, 2, { into: xs, retry: 'idempotent' }),
    // @ts-expect-error nothing beside a mask
    par.filter(pool, xs, { mask, lt: 3 }),
    // @ts-expect-error nothing beside a mask
    par.partitionBy(xs, { mask, ge: 3 }),
    // @ts-expect-error a bigint for numbers
    par.filter(pool, xs, { lt: 3n }),
    // @ts-expect-error in place is in no other view
    par.sort(pool, xs, { inPlace: true, into: xs }),
    // @ts-expect-error in place there is nothing to sort by
    par.sort(xs, { inPlace: true, keys: floats }),
    // @ts-expect-error in place there is nothing to sort by
    par.sort(pool, xs, { inPlace: true, compare: (a, b) => a - b }),
    // @ts-expect-error one order
    par.sort(pool, xs, { keys: floats, compare: (a, b) => a - b }),
    // @ts-expect-error arguments of no kernel
    par.sort(pool, xs, { keys: floats, args: [1] }),
  ]
}

/** Options that are known only when the program runs, and kernels whose parameters have their types from the view. */
export async function sorting(pool: Pool, xs: Doubles, bigs: Bigs, isInPlace: boolean, into: Doubles | undefined): Promise<void> {
  const options: par.SortOptions<Doubles> = { descending: true, ...(into && { into }) }
  const given: { descending?: boolean; stable?: boolean; into?: Doubles } = {}
  for (const view of [
    await par.sort(pool, xs, { inPlace: isInPlace }),
    await par.sort(pool, xs, { into: into!, inPlace: false }),
    await par.sort(pool, xs, { compare: (a, b, least: number) => Math.max(a, least) - b, args: [3] }),
    await par.sort(pool, readonly, { into: xs, keys: floats }),
    await par.sort(pool, readonly, { into: xs, compare: (a, b) => a - b }),
    await par.sort(pool, xs, given),
    par.sort(xs, options),
  ]) {
    check<typeof view, Doubles>(true)
  }
  await par.sort(pool, bigs, { compare: (a, b) => (a < b ? -1 : 1) })
  const where: { lt?: number } | { mask: Uint8Array<SharedArrayBuffer> } = isInPlace ? { lt: 3 } : { mask: allocate(Uint8Array, 1) }
  const chosen = await par.filter(pool, xs, where)
  check<typeof chosen, Doubles>(true)
}
