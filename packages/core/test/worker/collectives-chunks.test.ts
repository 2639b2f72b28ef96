import { allocate, type Context } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { reasonOf } from '../pool/support/reason-of.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

const schedules = ['auto', 'static', 'dynamic', 'guided'] as const

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`chunks() inside spmd, ${backend}`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const schedule of schedules) {
    for (const length of [0, 1, 2, 997, 100_000]) {
      test(`${schedule} gives every index of ${length} to one rank`, async () => {
        const pool = await pools.of(3)
        const hits = allocate(Int32Array, length)
        const kernel = (ctx: Context, hits: Int32Array<SharedArrayBuffer>, schedule: 'auto') => {
          // Another rank may be in the next loop already.
          for (const chunk of ctx.chunks(hits, { schedule })) for (let i = 0; i < chunk.length; i++) Atomics.add(chunk.view, i, 1)
          for (const chunk of ctx.chunks(hits.length, { schedule, chunkLength: 10, unit: 2 })) {
            if (chunk.start % 2 !== 0 || chunk.rank !== ctx.rank) throw new Error(`chunk ${chunk.start}`)
            for (let i = chunk.start; i < chunk.end; i++) Atomics.add(hits, i, 100)
          }
        }
        await pool.spmd(kernel, { args: [hits, schedule as 'auto'] })
        assert.ok(hits.every((x) => x === 101))
      })
    }
  }

  test('static deals chunks out round-robin', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) =>
      [...ctx.chunks(10, { schedule: 'static', chunkLength: 2 })].map((chunk) => [chunk.index, chunk.start, chunk.end])
    assert.equal(await pool.spmd(kernel), [
      [
        [0, 0, 2],
        [3, 6, 8],
      ],
      [
        [1, 2, 4],
        [4, 8, 10],
      ],
      [[2, 4, 6]],
    ])
  })

  test('a fast rank runs ahead of a slow one, at most eight loops', async () => {
    const pool = await pools.of(2)
    const begun = allocate(Int32Array, 2)
    const kernel = (ctx: Context, begun: Int32Array<SharedArrayBuffer>) => {
      let ahead = 0
      // The slow rank does not begin before the other one has come as far as it can.
      if (ctx.rank === 1) while (Atomics.load(begun, 0) < 8);
      for (let loop = 0; loop < 200; loop++) {
        Atomics.store(begun, ctx.rank, loop)
        for (const _ of ctx.chunks(4, { chunkLength: 1 })) ahead = Math.max(ahead, loop - Atomics.load(begun, 1 - ctx.rank))
      }
      return ahead
    }
    const [ahead] = await pool.spmd(kernel, { args: [begun] })
    assert.ok(ahead! >= 7 && ahead! <= 8, `${ahead} loops`)
  })

  test('every index of a thousand loops without a barrier is run once', async () => {
    const pool = await pools.of(3)
    const count = allocate(Int32Array, 1000)
    const kernel = (ctx: Context, count: Int32Array<SharedArrayBuffer>) => {
      for (let loop = 0; loop < count.length; loop++)
        for (const chunk of ctx.chunks(loop % 50, { chunkLength: 3 })) Atomics.add(count, loop, chunk.length)
    }
    await pool.spmd(kernel, { args: [count] })
    assert.ok(count.every((n, loop) => n === loop % 50))
  })

  test('a loop that is left by break is over for that rank alone', async () => {
    const pool = await pools.of(2)
    const kernel = (ctx: Context) => {
      let chunks = 0
      for (let loop = 0; loop < 50; loop++) {
        for (const _ of ctx.chunks(20, { chunkLength: 1 })) {
          chunks++
          if (ctx.rank === 0) break
        }
        ctx.barrier()
      }
      return chunks
    }
    const [first] = await pool.spmd(kernel)
    assert.ok(first! <= 50)
  })

  test('chunks that are kept stay what they were', async () => {
    const pool = await pools.of(1)
    const [starts] = await pool.spmd((ctx) => [...ctx.chunks(6, { chunkLength: 2 })].map((chunk) => chunk.start))
    assert.equal(starts, [0, 2, 4])
  })

  test('loops over different lengths are a mismatch', async () => {
    const pool = await pools.of(2)
    const kernel = (ctx: Context) => {
      for (const _ of ctx.chunks(ctx.rank === 0 ? 10 : 20, { chunkLength: 5 }));
      ctx.barrier()
    }
    const reason = await reasonOf(pool.spmd(kernel))
    assert.is(reason.code, 'SHOAL_REGION_MISMATCH')
    assert.match(reason.message, /2 chunks of 10/)
    assert.match(reason.message, /4 chunks of 20/)
  })

  test('a rank that never runs the loops lets the others go, whether it waits or has returned', async () => {
    const pool = await pools.of(2)
    const kernel = (ctx: Context, waits: boolean) => {
      if (ctx.rank === 0) for (let loop = 0; loop < 9; loop++) for (const _ of ctx.chunks(2));
      else if (waits) ctx.barrier()
    }
    const left = await reasonOf(pool.spmd(kernel, { args: [false] }))
    assert.is(left.code, 'SHOAL_REGION_ABORTED')
    assert.match(left.message, /^Rank 0 can not begin loop 8 of chunks\(\): rank 1 has returned without ending loop 0/)
    const waits = await reasonOf(pool.spmd(kernel, { args: [true] }))
    assert.is(waits.code, 'SHOAL_REGION_MISMATCH')
    assert.match(waits.message, /^Rank 0 can not begin loop 8 of chunks\(\): rank 1 waits in another collective/)
  })

  test('ranks that have run different numbers of loops before a collective are a mismatch', async () => {
    const pool = await pools.of(2)
    const kernel = (ctx: Context) => {
      for (let loop = 0; loop <= ctx.rank; loop++) for (const _ of ctx.chunks(2));
      ctx.allReduce(1, 'sum')
    }
    const reason = await reasonOf(pool.spmd(kernel))
    assert.is(reason.code, 'SHOAL_REGION_MISMATCH')
    assert.match(
      reason.message,
      /^Rank 0 called allReduce\(sum, number\) after 1 loop of chunks\(\), rank 1 called allReduce\(sum, number\) after 2 loops/,
    )
  })

  test('a rank that throws in a loop lets the others go', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      for (let loop = 0; loop < 100; loop++) {
        for (const chunk of ctx.chunks(30, { chunkLength: 1 })) if (loop === 5 && chunk.index === 17) throw new Error('seventeen')
      }
    }
    assert.is((await reasonOf(pool.spmd(kernel))).message, 'seventeen')
  })

  test.run()
}
