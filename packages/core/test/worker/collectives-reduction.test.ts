import { allocate, type Context, kernelsFrom, type ReduceOp, type TypedArray } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { reasonOf } from '../pool/support/reason-of.js'
import { watchdog } from '../support/watchdog.js'
import { fill } from './fixtures/reducing-kernels.js'

watchdog()

const { reduceEach } = kernelsFrom<typeof import('./fixtures/reducing-kernels.js')>(
  new URL('./fixtures/reducing-kernels.js', import.meta.url),
)

const operations: readonly ReduceOp[] = ['sum', 'product', 'min', 'max', 'and', 'or', 'xor']
const types = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  ...('Float16Array' in globalThis ? [(globalThis as unknown as { Float16Array: typeof Float32Array }).Float16Array] : []),
] as const
type Type = (typeof types)[number]
/** Reduced by each rank alone; in slices; in pieces of slices, the last one short. */
const lengths = [0, 1, 1000, 3001, 33_001]

const floats: Readonly<Record<string, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  min: Math.min,
  max: Math.max,
}
/** Sums of 32-bit integers are exact as doubles, and wrap around when they are stored; products are not. */
const integers: typeof floats = { ...floats, product: Math.imul, and: (a, b) => a & b, or: (a, b) => a | b, xor: (a, b) => a ^ b }
const bigints: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  // biome-ignore lint/complexity/useMathMinMax: Math.min refuses bigints
  min: (a, b) => (a < b ? a : b),
  // biome-ignore lint/complexity/useMathMinMax: Math.max refuses bigints
  max: (a, b) => (a > b ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
}

/** Element by element, in the order of ranks, each step stored into an array of the type. */
function expected(type: Type, op: ReduceOp, width: number, length: number): TypedArray {
  const result = fill(type.name, 0, length)
  const combine: (a: never, b: never) => number | bigint = type.name.startsWith('Big')
    ? bigints[op]!
    : type.name.startsWith('Float')
      ? floats[op]!
      : integers[op]!
  for (let rank = 1; rank < width; rank++) {
    const other = fill(type.name, rank, length)
    for (let i = 0; i < length; i++) result[i] = combine(result[i] as never, other[i] as never)
  }
  return result
}

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`reductions, ${backend}`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const type of types) {
    test(`allReduce() of ${type.name} is the fold in the order of ranks, in place`, async () => {
      const width = 3
      const pool = await pools.of(width)
      const ops = operations.filter((op) => !type.name.startsWith('Float') || !['and', 'or', 'xor'].includes(op))
      const results = await pool.spmd(reduceEach, { args: [type.name, ops, lengths] })
      const wanted = lengths.flatMap((length) => ops.map((op) => expected(type, op, width, length)))
      for (const result of results) {
        for (const [i, array] of result.entries()) assert.ok(isSame(array, wanted[i]!), `${ops[i % ops.length]} of ${wanted[i]!.length}`)
      }
    })
  }

  test('floats are the same bits on every rank and in every run', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      const mine = 0.1 * (ctx.rank + 1)
      return [
        ctx.allReduce(mine, 'sum'),
        ctx.allReduce(mine, (a, b) => a + b),
        ctx.bcast(ctx.reduce(mine, 'sum')),
        ctx.scan(mine, 'product'),
      ]
    }
    const wanted = 0.1 + 0.2 + 0.1 * 3
    for (let run = 0; run < 20; run++) {
      for (const [rank, values] of (await pool.spmd(kernel)).entries()) {
        assert.equal(values, [wanted, wanted, wanted, [0.1, 0.1 * 0.2, 0.1 * 0.2 * (0.1 * 3)][rank]])
      }
    }
  })

  test('numbers and bigints', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => [
      ctx.allReduce(ctx.rank === 1 ? Number.NaN : 1, 'min'),
      ctx.allReduce(ctx.rank === 1 ? -0 : 0, 'min'),
      ctx.allReduce(-0, 'sum'),
      ctx.allReduce(2 ** 32 + (1 << ctx.rank), 'or'),
      ctx.allReduce(2n ** 64n + BigInt(ctx.rank), 'product'),
      ctx.allReduce(BigInt(ctx.rank) - 1n, 'min'),
      ctx.allReduce(BigInt(ctx.rank) - 1n, 'max'),
      ctx.allReduce(-1n << BigInt(ctx.rank), 'xor'),
    ]
    const big = 2n ** 64n
    for (const values of await pool.spmd(kernel)) {
      assert.equal(values, [Number.NaN, -0, -0, 7, big * (big + 1n) * (big + 2n), -1n, 1n, -1n ^ -2n ^ -4n])
      assert.ok(Object.is(values[1], -0) && Object.is(values[2], -0))
    }
  })

  test('a function combines copies, and may change its first argument', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      const mine = { ranks: [ctx.rank] }
      const all = ctx.allReduce(mine, (a, b) => {
        a.ranks.push(...b.ranks)
        return a
      })
      return [all.ranks, mine.ranks]
    }
    for (const [rank, values] of (await pool.spmd(kernel)).entries()) assert.equal(values, [[0, 1, 2], [rank]])
  })

  test('reduce() changes the array of the root alone', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context, length: number) => {
      const array = new Int32Array(length).fill(ctx.rank + 1)
      const result = ctx.reduce(array, 'sum', 1)
      return [result === array, result === undefined, array.every((x) => x === (ctx.rank === 1 ? 6 : ctx.rank + 1))]
    }
    for (const length of [10, 200_000]) {
      const isRoot = [true, false, true]
      const isOther = [false, true, true]
      assert.equal(await pool.spmd(kernel, { args: [length] }), [isOther, isRoot, isOther])
    }
  })

  test('the very same shared view counts once a rank', async () => {
    const pool = await pools.of(3)
    // Short ones many times: ranks that do not keep out of each other's way meet now and then only.
    for (const [length, times] of [
      [1, 100],
      [10, 300],
      [1_024, 100],
      [1_025, 20],
      [100_003, 2],
    ] as const) {
      for (let time = 0; time < times; time++) {
        const xs = allocate(Float64Array, length).fill(2)
        await pool.spmd((ctx, xs) => void ctx.allReduce(xs, 'product'), { args: [xs] })
        assert.ok(
          xs.every((x) => x === 8),
          `${length} elements, time ${time}: ${xs.find((x) => x !== 8)}`,
        )
      }
    }
  })

  test('who comes out of a reduction of one view may go on with it: nobody still writes the result', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context, xs: Int32Array<SharedArrayBuffer>, root: number): string => {
      for (let round = 1; round <= 300; round++) {
        if (root < 0) ctx.allReduce(xs, 'max')
        else ctx.reduce(xs, 'max', root)
        xs[ctx.rank] = round
        ctx.barrier()
        for (let rank = 0; rank < ctx.size; rank++) if (xs[rank] !== round) return `rank ${rank} of round ${round}: ${xs[rank]}`
        ctx.barrier()
      }
      return ''
    }
    for (const length of [3, 2_000, 5_000]) {
      for (const root of [-1, 1]) {
        assert.equal(await pool.spmd(kernel, { args: [allocate(Int32Array, length), root] }), ['', '', ''])
      }
    }
  })

  test('shared views beside each other are reduced, views that overlap in part are refused', async () => {
    const pool = await pools.of(2)
    const kernel = (ctx: Context, xs: Int32Array<SharedArrayBuffer>, distance: number) => {
      ctx.allReduce(xs.subarray(ctx.rank * distance, ctx.rank * distance + 10_000), 'sum')
    }
    const xs = allocate(Int32Array, 20_000).fill(1, 0, 10_000).fill(2, 10_000)
    await pool.spmd(kernel, { args: [xs, 10_000] })
    assert.ok(xs.every((x) => x === 3))
    const reason = await reasonOf(pool.spmd(kernel, { args: [xs, 9_999] }))
    assert.instance(reason, RangeError)
    assert.match(reason.message, /those of ranks 0 and 1 overlap/)
  })

  test.run()
}

function isSame(a: TypedArray | false, b: TypedArray): boolean {
  return a !== false && a.constructor === b.constructor && a.length === b.length && a.every((x: unknown, i: number) => Object.is(x, b[i]))
}
