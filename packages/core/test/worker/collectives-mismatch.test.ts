import type { Context } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { reasonOf } from '../pool/support/reason-of.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

type Kernel = (ctx: Context) => unknown

const mismatches: readonly [string, Kernel, string][] = [
  [
    'another collective',
    (ctx) => (ctx.rank === 0 ? ctx.allReduce(new Float64Array(8), 'sum') : ctx.barrier()),
    'Rank 0 called allReduce(sum, Float64Array of 8), rank 1 called barrier()',
  ],
  [
    'a barrier at rank 0',
    (ctx) => (ctx.rank === 0 ? ctx.barrier() : ctx.exscan(1, 'max')),
    'Rank 0 called barrier(), rank 1 called exscan(max)',
  ],
  [
    'one rank of three',
    (ctx) => (ctx.rank === 2 ? ctx.allGather('x') : ctx.gather('x')),
    'Rank 0 called gather(root 0), rank 2 called allGather()',
  ],
  ['another root', (ctx) => ctx.bcast(1, ctx.rank === 1 ? 2 : 0), 'Rank 0 called bcast(root 0), rank 1 called bcast(root 2)'],
  [
    'another operation',
    (ctx) => ctx.allReduce(1, ctx.rank === 1 ? 'min' : 'sum'),
    'Rank 0 called allReduce(sum, number), rank 1 called allReduce(min, number)',
  ],
  [
    'a function for an operation',
    (ctx) => (ctx.rank === 1 ? ctx.allReduce(1, (a, b) => a + b) : ctx.allReduce(1, 'sum')),
    'Rank 0 called allReduce(sum, number), rank 1 called allReduce(a function)',
  ],
  [
    'another type of value',
    (ctx) => (ctx.rank === 1 ? ctx.reduce(1n, 'sum', 1) : ctx.reduce(1, 'sum', 1)),
    'Rank 0 called reduce(sum, number, root 1), rank 1 called reduce(sum, bigint, root 1)',
  ],
  [
    'another type of elements',
    (ctx) => ctx.allReduce(ctx.rank === 1 ? new Int32Array(4) : new Uint32Array(4), 'sum'),
    'Rank 0 called allReduce(sum, Uint32Array of 4), rank 1 called allReduce(sum, Int32Array of 4)',
  ],
  [
    'another length, where one rank would go in pieces',
    (ctx) => ctx.allReduce(new Int8Array(ctx.rank === 1 ? 1_000_000 : 4), 'sum'),
    'Rank 0 called allReduce(sum, Int8Array of 4), rank 1 called allReduce(sum, Int8Array of 1000000)',
  ],
  [
    'single() against scatter()',
    (ctx) => (ctx.rank === 0 ? ctx.single(() => 1) : ctx.scatter(undefined)),
    'Rank 0 called single(), rank 1 called scatter(root 0)',
  ],
]

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`mismatched collectives, ${backend}`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const [title, kernel, message] of mismatches) {
    test(`${title} throws on all ranks and names both calls`, async () => {
      const pool = await pools.of(3)
      const reason = await reasonOf<Error & { code: string; errors: { code: string; message: string }[] }>(
        pool.spmd(kernel as () => unknown),
      )
      for (const error of [reason, ...reason.errors]) {
        assert.is(error.code, 'SHOAL_REGION_MISMATCH')
        assert.is(error.message.split(':')[0], message)
      }
      assert.is(reason.errors.length, 2)
    })
  }

  test('a mismatch after many steps is seen, whatever was published before', async () => {
    const pool = await pools.of(2)
    for (const steps of [1, 2, 3, 4]) {
      const kernel = (ctx: Context, steps: number) => {
        for (let i = 0; i < steps; i++) ctx.allReduce(i, 'sum')
        if (ctx.rank === 0) ctx.allReduce(7, 'sum')
        else ctx.barrier()
      }
      const reason = await reasonOf(pool.spmd(kernel, { args: [steps] }))
      assert.match(reason.message, /^Rank 0 called allReduce\(sum, number\), rank 1 called barrier\(\)/)
    }
  })

  test('a rank that returns lets the others go, and is named', async () => {
    const pool = await pools.of(3)
    for (const call of ['barrier', 'allGather'] as const) {
      const kernel = (ctx: Context, call: 'barrier' | 'allGather') => {
        if (ctx.rank !== 1) ctx[call](0 as never)
      }
      const reason = await reasonOf(pool.spmd(kernel, { args: [call] }))
      assert.is(reason.code, 'SHOAL_REGION_ABORTED')
      assert.match(reason.message, new RegExp(`can not complete ${call}\\(\\): rank 1 has returned`))
    }
  })

  test('a rank that throws lets the others go, and its error is the one that comes out', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      ctx.barrier()
      if (ctx.rank === 2) throw new RangeError('mine')
      ctx.allReduce(new Float64Array(100_000), 'sum')
    }
    const reason = await reasonOf(pool.spmd(kernel))
    assert.instance(reason, RangeError)
    assert.is(reason.message, 'mine')
    assert.is(reason.errors, undefined)
  })

  test('what single() throws comes out once', async () => {
    const pool = await pools.of(3)
    const reason = await reasonOf(
      pool.spmd((ctx) => {
        ctx.single(() => {
          throw new RangeError('inside')
        })
      }),
    )
    assert.is(reason.message, 'inside')
    assert.is(reason.errors, undefined)
  })

  test('a collective inside single() and exclusive() is refused', async () => {
    const pool = await pools.of(2)
    for (const call of ['single', 'exclusive'] as const) {
      const kernel = (ctx: Context, call: 'single' | 'exclusive') => {
        ctx[call](() => ctx.barrier())
      }
      const reason = await reasonOf(pool.spmd(kernel, { args: [call] }))
      assert.is(reason.code, 'SHOAL_REGION_NESTED')
      assert.match(reason.message, new RegExp(`a collective inside ${call}\\(\\)`))
    }
    const twice = await reasonOf(pool.spmd((ctx) => ctx.exclusive(() => ctx.exclusive(() => 1))))
    assert.is(twice.code, 'SHOAL_REGION_NESTED')
    assert.equal(await pool.spmd((ctx) => ctx.single(() => ctx.exclusive(() => 5))), [5, 5])
  })

  test('an abort gets everybody out of a collective', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      if (ctx.rank === 1) while (!ctx.aborted);
      ctx.allReduce(1, 'sum')
    }
    const controller = new AbortController()
    const region = reasonOf(pool.spmd(kernel, { signal: controller.signal }))
    controller.abort(new Error('enough'))
    assert.is((await region).message, 'enough')
    assert.equal(await pool.spmd((ctx) => ctx.allReduce(1, 'sum')), [3, 3, 3])
  })

  test.run()
}
