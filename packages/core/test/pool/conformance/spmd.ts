import { allocate, type Backend } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'

export function spmd(backend: Backend): void {
  const test = suite(`${backend}: spmd`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 3, 4]) {
    test(`${workers} ranks run once each, and their results come by rank`, async () => {
      const pool = await pools.of(workers)
      const results = await pool.spmd((ctx, text) => [ctx.rank, ctx.size, text, ctx.aborted] as const, { args: ['arg'] })
      assert.equal(
        results,
        Array.from({ length: workers }, (_, rank) => [rank, workers, 'arg', false]),
      )
    })

    test(`${workers} ranks get what each call of a row was given: arguments, kernel, width`, async () => {
      const pool = await pools.of(workers)
      const args: [number, { n: number }?] = [1]
      const first = (_: unknown, a: number, b?: { n: number }): number => a + (b?.n ?? 0)
      const second = (_: unknown, a: number, b?: { n: number }): number => -a - (b?.n ?? 0)
      const all = (value: number, width = workers): number[] => new Array(width).fill(value)
      for (let round = 0; round < 3; round++) {
        assert.equal(await pool.spmd(first, { args }), all(1))
        args[0] = 2
        assert.equal(await pool.spmd(first, { args }), all(2))
        assert.equal(await pool.spmd(second, { args }), all(-2))
        assert.equal(await pool.spmd(second, { args, width: 1 }), all(-2, 1))
        const b = { n: 1 }
        assert.equal(await pool.spmd(first, { args: [1, b] }), all(2))
        b.n = 2
        assert.equal(pool.spmdSync(first, { args: [1, b] }), all(3))
        args[0] = 1
        assert.equal(pool.spmdSync(first, { args }), all(1))
        args[0] = 2
        await pool.forChunks(1, () => undefined)
        assert.equal(await pool.spmd(first, { args: [1] }), all(1))
        args[0] = 1
      }
    })

    test(`${workers} ranks return numbers as they are, and other things beside them`, async () => {
      const pool = await pools.of(workers)
      for (const value of [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE, 2 ** 53, undefined, '1', 1n, [1]]) {
        const mixed = await pool.spmd((ctx, given) => (ctx.rank % 2 === 0 ? given : ctx.rank), { args: [value] })
        assert.is(mixed.length, workers)
        for (const [rank, got] of mixed.entries()) {
          if (rank % 2 === 1) assert.is(got, rank)
          else if (typeof value === 'object') assert.equal(got, value)
          else assert.ok(Object.is(got, value), `${String(got)} instead of ${String(value)}`)
        }
      }
    })

    test(`a barrier keeps ${workers} ranks in step and elects one a phase`, async () => {
      const pool = await pools.of(workers)
      const phases = allocate(Int32Array, workers * 32)
      const elected = await pool.spmd(
        (ctx, all) => {
          let times = 0
          for (let phase = 1; phase <= 500; phase++) {
            Atomics.store(all, ctx.rank * 32, phase)
            if (ctx.barrier()) times++
            for (let rank = 0; rank < ctx.size; rank++) {
              const other = Atomics.load(all, rank * 32)
              if (other < phase || other > phase + 1) throw new Error(`rank ${rank} is in phase ${other}, rank ${ctx.rank} in ${phase}`)
            }
          }
          return times
        },
        { args: [phases] },
      )
      assert.is(
        elected.reduce((a, b) => a + b),
        500,
      )
    })

    test(`partitions tile an index range on ${workers} ranks, cut at units`, async () => {
      const pool = await pools.of(workers)
      for (const length of [0, 1, 2, 3, 997, 2 ** 33 + 5]) {
        for (const unit of [1, 4, 1000]) {
          const parts = await pool.spmd((ctx, n, u) => ctx.partition(n, { unit: u }), { args: [length, unit] })
          let at = 0
          for (const { start, end, length: own } of parts) {
            assert.equal([start, end - start], [at, own])
            assert.ok(start % unit === 0 || start === length)
            at = end
          }
          assert.is(at, length)
        }
      }
    })
  }

  test('a partition of a view is its part of the same memory', async () => {
    const pool = await pools.of(3)
    const view = allocate(Float32Array, 1_000)
    await pool.spmd((ctx, all) => void ctx.partition(all, { unit: 10 }).view.fill(ctx.rank + 1), { args: [view] })
    assert.equal(new Set(view), new Set([1, 2, 3]))
    for (let index = 1; index < view.length; index++)
      assert.ok(view[index]! >= view[index - 1]! && (index % 10 === 0 || view[index] === view[index - 1]))
  })

  test('width takes fewer ranks, and numbers them from 0', async () => {
    const pool = await pools.of(4)
    for (const width of [1, 2, 3]) {
      const ranks = await pool.spmd(
        (ctx) => {
          ctx.barrier()
          return [ctx.rank, ctx.size]
        },
        { width },
      )
      assert.equal(
        ranks,
        Array.from({ length: width }, (_, rank) => [rank, width]),
      )
    }
  })

  test('ranks may leave while others still pass barriers that they have met at', async () => {
    const pool = await pools.of(3)
    for (let run = 0; run < 200; run++) {
      const results = await pool.spmd((ctx) => {
        ctx.barrier()
        ctx.barrier()
        return ctx.rank
      })
      assert.equal(results, [0, 1, 2])
    }
  })

  test('results of every kind come back, views over args as views of the same memory', async () => {
    const pool = await pools.of(2)
    const view = allocate(Float64Array, 100)
    const results = await pool.spmd(
      (ctx, all) => ({ own: all.subarray(ctx.rank * 50, ctx.rank * 50 + 50), map: new Map([[ctx.rank, undefined]]) }),
      {
        args: [view],
      },
    )
    for (const [rank, { own, map }] of results.entries()) {
      assert.is(own.buffer, view.buffer)
      assert.equal([own.byteOffset, own.length, map.has(rank)], [rank * 400, 50, true])
    }
  })

  test.run()
}
