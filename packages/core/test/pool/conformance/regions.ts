import { readdirSync } from 'node:fs'
import { allocate, type Backend, share } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { collectGarbage } from '#internal/memory/index.js'
import { Pools } from '../support/pools.js'

export function regions(backend: Backend): void {
  const test = suite(`${backend}: regions one after and beside another`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('2,000 small regions in a row', async () => {
    const pool = await pools.of(2)
    for (let round = 0; round < 1_000; round++) {
      assert.equal(await pool.spmd((ctx, n) => ctx.rank + n, { args: [round] }), [round, round + 1])
      assert.is(await pool.forChunks(5, (chunk) => chunk.length, { chunkLength: 1, combine: (a, b) => a + b }), 5)
    }
  })

  test('100,000 regions more leave memory where it was', async () => {
    const pool = await pools.of(2)
    const xs = allocate(Float64Array, 100)
    const run = async (regions: number): Promise<number> => {
      for (let region = 0; region < regions / 2; region++) {
        await pool.spmd((ctx, n) => n + ctx.rank, { args: [region] })
        await pool.forChunks(xs, (chunk) => chunk.length, { combine: (a, b) => a + b })
      }
      collectGarbage()
      return process.memoryUsage.rss() / 2 ** 20
    }
    // By then the young generations have grown to their full size, 16 MiB more in each worker.
    const before = await run(60_000)
    const after = await run(100_000)
    assert.ok(after - before < 24, `${before} MiB became ${after} MiB`)
  })

  test('small segments that were used once and dropped do not pile up, each with its descriptor', async () => {
    const pool = await pools.of(2)
    const before = readdirSync('/proc/self/fd').length
    for (let round = 0; round < 8; round++) {
      for (let region = 0; region < 250; region++) await pool.forEach(share(Uint8Array.of(region)), () => {})
      collectGarbage()
      await new Promise(setImmediate)
    }
    const more = readdirSync('/proc/self/fd').length - before
    assert.ok(more < 900, `${more} descriptors more`)
  })

  test('regions with pauses between them, hot or not', async () => {
    for (const hotMs of [0, 1, 100]) {
      const own = new Pools(backend, { hotMs })
      const pool = await own.of(2)
      for (let round = 0; round < 30; round++) {
        assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
        if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round % 5))
      }
      await own.close()
    }
  })

  test('regions with a width of one run side by side', async () => {
    const pool = await pools.of(4)
    const met = allocate(Int32Array, 1)
    const meet = () =>
      pool.spmd(
        (ctx, words) => {
          Atomics.add(words, 0, 1)
          while (Atomics.load(words, 0) < 4) Atomics.wait(words, 0, 0, 1)
          return ctx.size
        },
        { width: 1, args: [met] },
      )
    assert.equal(await Promise.all([meet(), meet(), meet(), meet()]), [[1], [1], [1], [1]])
  })

  test('a region of chunks begins with the workers that are free, and others join', async () => {
    const pool = await pools.of(2)
    const words = allocate(Int32Array, 3)
    const holding = pool.spmd(
      (_, all) => {
        while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 1)
      },
      { width: 1, args: [words] },
    )
    const chunks = pool.forChunks(
      1_000,
      (chunk, all) => {
        // One rank alone gets this far; it lets the other one go, and waits until it has joined.
        Atomics.or(all, 1, 1 << chunk.rank)
        Atomics.store(all, 0, 1)
        while (Atomics.load(all, 1) !== 3 && chunk.index > 10) Atomics.wait(all, 2, 0, 1)
        return chunk.length
      },
      { chunkLength: 1, args: [words], combine: (a, b) => a + b },
    )
    await holding
    assert.is(await chunks, 1_000)
    assert.is(words[1], 3)
  })

  test('many calls at once are all answered, each with its own result', async () => {
    const pool = await pools.of(3)
    const calls = Array.from({ length: 200 }, (_, index) => {
      const width = 1 + (index % 3)
      if (index % 4 === 0) return pool.spmd((ctx, n) => [n, ctx.barrier()][0], { width, args: [index] }).then((values) => values[0])
      if (index % 4 === 1) {
        return pool.foldChunks(index, (acc, chunk) => acc + chunk.length, {
          width,
          chunkLength: 7,
          init: () => 0,
          combine: (a, b) => a + b,
        })
      }
      return pool.forChunks(index, (chunk) => chunk.length, { width, chunkLength: 3, combine: (a, b) => a + b })
    })
    assert.equal(
      await Promise.all(calls),
      calls.map((_, index) => index),
    )
  })

  test('a heavy chunk does not hold up the light ones', async () => {
    const pool = await pools.of(2)
    const words = allocate(Int32Array, 2)
    const total = await pool.forChunks(
      500,
      (chunk, all) => {
        // The first chunk ends only when all others are done, but for those that its own claim may hold.
        if (chunk.index === 0) while (Atomics.load(all, 0) < 499 - 63) Atomics.wait(all, 1, 0, 1)
        else Atomics.add(all, 0, 1)
        return 1
      },
      { chunkLength: 1, args: [words], combine: (a, b) => a + b },
    )
    assert.is(total, 500)
  })

  test.run()
}
