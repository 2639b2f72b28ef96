import { allocate, type Backend, createPool, kernelFrom, kernelsFrom, type Pool, type Segment, segmentOf, share } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { collectGarbage } from '#internal/memory/index.js'
import type * as fixtures from '../fixtures/stateful-kernels.js'
import { Pools } from '../support/pools.js'
import { until } from '../support/until.js'

const url = new URL('../fixtures/stateful-kernels.js', import.meta.url)

/** The `…Sync` twins: the caller is rank 0. */
export function synchronous(backend: Backend): void {
  const test = suite(`${backend}: synchronous calls`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('keep no memory alive once the pool has cooled down', async () => {
    const pool = await createPool({ workers: 2, backend, hotMs: 1 })
    const call = (): WeakRef<Segment> => {
      const xs = allocate(Float64Array, 1_000)
      pool.forChunksSync(xs, () => undefined)
      return new WeakRef(segmentOf(xs)!)
    }
    const dropped = call()
    await until(() => {
      collectGarbage()
      return dropped.deref() === undefined
    })
    await pool.close()
  })

  test('give what their twins give', async () => {
    for (const workers of [1, 2, 3]) {
      const pool = await pools.of(workers)
      const xs = share(Float64Array.from({ length: 4099 }, (_, i) => i))
      const sum = (4098 * 4099) / 2
      const add = (a: number, b: number): number => a + b
      assert.is(
        pool.forChunksSync(xs, (chunk) => chunk.view.reduce((a, b) => a + b, 0), { combine: add }),
        sum,
      )
      assert.is(
        pool.foldChunksSync(4099, (acc: number, chunk) => acc + chunk.length, { init: () => 0, combine: add }),
        4099,
      )
      assert.is(
        pool.reduceSync(xs, (acc: number, x) => acc + x, { identity: 0, combine: add }),
        sum,
      )
      const doubled = pool.mapSync(xs, (x) => x * 2)
      assert.is(doubled[4098], 8196)
      pool.forEachSync(
        xs,
        (x, i, into) => {
          into[i] = x + 1
        },
        { args: [doubled] },
      )
      assert.is(doubled[4098], 4099)
      assert.equal(
        pool.spmdSync((ctx) => [ctx.rank, ctx.size, ctx.allReduce(1, 'sum')]),
        Array.from({ length: workers }, (_, rank) => [rank, workers, workers]),
      )
    }
  })

  test('kernels of modules run on the calling thread as well, where Node requires modules with import', async () => {
    const pool = await pools.of(2)
    const { scaled, add, callsSoFar } = kernelsFrom<typeof fixtures>(url)
    assert.is(pool.forChunksSync(100, scaled, { chunkLength: 7, combine: add }), 600)
    const calls = pool.spmdSync(callsSoFar)
    assert.is(
      calls.reduce((a, b) => a + b),
      15,
    )
    assert.equal(pool.spmdSync(kernelFrom<typeof fixtures.default>(url)), [2, 2])
  })

  test('a module that can not be required is refused, and says so', async () => {
    const pool = await pools.of(2)
    const waiting = kernelFrom<() => number>('data:text/javascript,await 1; export default () => 2')
    try {
      pool.spmdSync(waiting)
      assert.unreachable('it was taken')
    } catch (error) {
      assert.is((error as { code?: string }).code, 'SHOAL_KERNEL_MODULE_FAILED')
      assert.match((error as Error).message, /synchronous call.*without Sync/)
    }
    assert.equal(await pool.spmd(waiting), [2, 2])
  })

  test('the caller takes part, and worker 0 sleeps', async () => {
    const pool = await pools.of(2)
    const own = await pool.spmd(() => process.pid)
    const pids = pool.spmdSync(() => process.pid)
    assert.is(pids[0], process.pid)
    assert.is(pids[1], own[1])
  })

  test('thousands in a row, asynchronous ones between them', async () => {
    const pool = await pools.of(2)
    const hits = allocate(Int32Array, 1)
    for (let round = 0; round < 2000; round++) {
      pool.spmdSync((_, words) => void Atomics.add(words, 0, 1), { args: [hits] })
      if (round % 100 === 0) await pool.spmd((_, words) => void Atomics.add(words, 0, 1), { args: [hits] })
      if (round % 500 === 0) await pool.run(() => 0)
    }
    assert.is(hits[0], 2 * 2020)
  })

  test('what a kernel throws is thrown, on whichever rank', async () => {
    const pool = await pools.of(2)
    for (const rank of [0, 1]) {
      const call = (): unknown =>
        pool.spmdSync(
          (ctx, at) => {
            if (ctx.rank === at) throw new RangeError(`rank ${at}`)
            ctx.barrier()
          },
          { args: [rank] },
        )
      assert.throws(call, (error: Error) => error instanceof RangeError && error.message === `rank ${rank}`)
    }
    assert.equal(
      pool.spmdSync((ctx) => ctx.rank),
      [0, 1],
    )
  })

  test('a needed worker that has a task outstanding is an error, not a wait', async () => {
    const pool = await pools.of(2)
    const running = pool.broadcast(() => 1)
    assert.throws(
      () => pool.spmdSync(() => 0),
      (error: { code?: string }) => error.code === 'SHOAL_POOL_BUSY',
    )
    await running
    assert.equal(
      pool.spmdSync(() => 0),
      [0, 0],
    )
  })

  test('calls from a kernel that the calling thread runs are refused, and close() waits', async () => {
    const pool = await createPool({ workers: 2, backend })
    const ours = globalThis as { pool?: Pool; closing?: Promise<void> }
    ours.pool = pool
    const codes = pool.forChunksSync(
      1,
      () => {
        const { pool } = globalThis as { pool?: Pool }
        if (pool === undefined) return []
        try {
          return [pool.forChunksSync(5, (chunk) => chunk.length, { combine: (a, b) => a + b })]
        } catch (error) {
          return [(error as { code?: unknown }).code]
        }
      },
      { width: 1, combine: (a) => a },
    )
    assert.equal(codes, ['SHOAL_POOL_NESTED'])
    const sums = pool.spmdSync((ctx) => {
      const mine = globalThis as { pool?: Pool; closing?: Promise<void> | undefined }
      mine.closing = mine.pool?.close()
      return ctx.allReduce(1, 'sum')
    })
    assert.equal(sums, [2, 2])
    await ours.closing
    assert.throws(() => pool.spmdSync(() => 1), /closed/)
    delete ours.pool
    delete ours.closing
  })

  test('a death is seen though the event loop stands still: the dead rank’s chunks are done by the caller', async () => {
    const pool = await pools.of(2)
    const once = allocate(Int32Array, 1)
    const total = pool.forChunksSync(
      400,
      (chunk, words) => {
        if (chunk.rank === 1 && Atomics.compareExchange(words, 0, 0, 1) === 0) process.exit(5)
        const until = performance.now() + 0.2
        while (performance.now() < until);
        return chunk.length
      },
      { args: [once], combine: (a, b) => a + b, retry: 'idempotent', chunkLength: 1 },
    )
    assert.is(total, 400)
    assert.is(once[0], 1)
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('an spmd that loses a rank throws', async () => {
    const pool = await pools.of(2)
    assert.throws(
      () =>
        pool.spmdSync((ctx) => {
          if (ctx.rank === 1) process.exit(5)
          ctx.barrier()
        }),
      (error: { code?: string }) => error.code === 'SHOAL_REGION_WORKER_DIED',
    )
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test.run()
}
