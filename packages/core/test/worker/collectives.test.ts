import { allocate, type Context } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { reasonOf } from '../pool/support/reason-of.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

const widths = [1, 2, 3]
/** Longer than one piece of the scratch, and than two. */
const longLength = 600_000

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`collectives, ${backend}`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const width of widths) {
    const ranks = Array.from({ length: width }, (_, rank) => rank)
    const last = width - 1
    const title = (text: string) => `${text}, ${width} ${width === 1 ? 'rank' : 'ranks'}`

    test(title('barrier() elects one rank a time'), async () => {
      const pool = await pools.of(width)
      const elected = await pool.spmd((ctx) => {
        let times = 0
        for (let i = 0; i < 200; i++) if (ctx.barrier()) times++
        return times
      })
      assert.is(
        elected.reduce((a, b) => a + b),
        200,
      )
    })

    test(title('bcast() gives every rank the value of the root'), async () => {
      const pool = await pools.of(width)
      const kernel = (ctx: Context, last: number, long: number) => [
        ctx.bcast(ctx.rank + 0.5),
        ctx.bcast(ctx.rank === last ? -0 : Number.NaN, last),
        ctx.bcast(ctx.rank === 0 ? undefined : 'not from here'),
        ctx.bcast(ctx.rank === last ? null : 7, last),
        ctx.bcast({ map: new Map([[ctx.rank, new Date(ctx.rank)]]), big: 2n ** 100n }, last),
        ctx.bcast('ä'.repeat(long) + ctx.rank, last).length,
        ctx.bcast(`${ctx.rank}`.repeat(long)).at(-1),
      ]
      for (const values of await pool.spmd(kernel, { args: [last, longLength] })) {
        const expected = [0.5, -0, undefined, null, { map: new Map([[last, new Date(last)]]), big: 2n ** 100n }, longLength + 1, '0']
        assert.equal(values, expected)
        assert.ok(Object.is(values[1], -0))
      }
    })

    test(title('gather() and allGather() keep the order of ranks'), async () => {
      const pool = await pools.of(width)
      const kernel = (ctx: Context, last: number) => ({
        numbers: ctx.gather(ctx.rank * 10),
        mixed: ctx.gather(ctx.rank % 2 === 0 ? { rank: ctx.rank } : undefined, last),
        all: ctx.allGather(ctx.rank),
        strings: ctx.allGather('x'.repeat(ctx.rank)),
      })
      const mixed = ranks.map((rank) => (rank % 2 === 0 ? { rank } : undefined))
      for (const [rank, values] of (await pool.spmd(kernel, { args: [last] })).entries()) {
        assert.equal(values, {
          numbers: rank === 0 ? ranks.map((one) => one * 10) : undefined,
          mixed: rank === last ? mixed : undefined,
          all: ranks,
          strings: ranks.map((one) => 'x'.repeat(one)),
        })
      }
    })

    test(title('values that need different numbers of pieces are gathered'), async () => {
      const pool = await pools.of(width)
      const kernel = (ctx: Context, long: number) => {
        const mine = new Uint8Array(ctx.rank * long).fill(ctx.rank + 1)
        const after = ctx.rank
        const sizes = ctx.allGather(mine).map((bytes, rank) => bytes.length === rank * long && bytes.every((byte) => byte === rank + 1))
        return [sizes, ctx.allGather(after)]
      }
      for (const values of await pool.spmd(kernel, { args: [longLength] })) assert.equal(values, [ranks.map(() => true), ranks])
    })

    test(title('scatter() gives each rank its value, however long'), async () => {
      const pool = await pools.of(width)
      const kernel = (ctx: Context, last: number, long: number) => {
        const short = ctx.scatter(
          ctx.rank === last ? Array.from({ length: ctx.size }, (_, i): number | { i: number } => (i === 0 ? 5 : { i })) : undefined,
          last,
        )
        const strings = ctx.rank === 0 ? Array.from({ length: ctx.size }, (_, i) => `${i}`.repeat(long + i)) : undefined
        const mine = ctx.scatter(strings)
        return [short, mine === `${ctx.rank}`.repeat(long + ctx.rank)]
      }
      for (const [rank, values] of (await pool.spmd(kernel, { args: [last, longLength] })).entries()) {
        assert.equal(values, [rank === 0 ? 5 : { i: rank }, true])
      }
    })

    test(title('scan() includes the rank itself, exscan() does not'), async () => {
      const pool = await pools.of(width)
      const kernel = (ctx: Context) => [
        ctx.scan(ctx.rank + 1),
        ctx.exscan(ctx.rank + 1),
        ctx.scan(ctx.rank + 1, 'product'),
        ctx.exscan(ctx.rank + 2, 'product'),
        ctx.exscan(ctx.rank, 'min'),
        ctx.exscan(ctx.rank, 'max'),
        ctx.exscan(1 << ctx.rank, 'or'),
        ctx.exscan(6, 'and'),
      ]
      const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
      for (const [rank, values] of (await pool.spmd(kernel)).entries()) {
        assert.equal(values, [
          ((rank + 1) * (rank + 2)) / 2,
          (rank * (rank + 1)) / 2,
          factorial(rank + 1),
          factorial(rank + 1),
          rank === 0 ? Number.POSITIVE_INFINITY : 0,
          rank === 0 ? Number.NEGATIVE_INFINITY : rank - 1,
          2 ** rank - 1,
          rank === 0 ? -1 : 6,
        ])
      }
    })

    test(title('single() runs its function once and gives all what it returned'), async () => {
      const pool = await pools.of(width)
      const calls = allocate(Int32Array, 1)
      const kernel = (ctx: Context, calls: Int32Array<SharedArrayBuffer>) => {
        const values: number[] = []
        for (let i = 0; i < 100; i++) values.push(ctx.single(() => Atomics.add(calls, 0, 1)))
        return values
      }
      const expected = Array.from({ length: 100 }, (_, i) => i)
      for (const values of await pool.spmd(kernel, { args: [calls] })) assert.equal(values, expected)
      assert.is(calls[0], 100)
    })

    test(title('exclusive() lets one rank in at a time'), async () => {
      const pool = await pools.of(width)
      const count = allocate(Float64Array, 1)
      const kernel = (ctx: Context, count: Float64Array<SharedArrayBuffer>) => {
        const addSlowly = () => {
          const before = count[0]!
          for (let i = 0; i < 100; i++) if (count[0] !== before) return
          count[0] = before + 1
        }
        ctx.barrier()
        for (let i = 0; i < 5000; i++) ctx.exclusive(addSlowly)
        return ctx.exclusive(() => ctx.rank)
      }
      assert.equal(await pool.spmd(kernel, { args: [count] }), ranks)
      assert.is(count[0], 5000 * width)
    })

    test(title('views over segments travel by reference'), async () => {
      const pool = await pools.of(width)
      const xs = allocate(Int32Array, width + 1)
      const kernel = (ctx: Context, xs: Int32Array<SharedArrayBuffer>, last: number) => {
        const parts = ctx.allGather({ view: xs.subarray(ctx.rank, ctx.rank + 1) })
        if (ctx.rank === last) for (const [rank, part] of parts.entries()) part.view[0] = rank + 1
        ctx.bcast(xs.subarray(ctx.size), last)[0] = 99
      }
      await pool.spmd(kernel, { args: [xs, last] })
      assert.equal([...xs], [...ranks.map((rank) => rank + 1), 99])
    })

    test(title('ten thousand collectives of all kinds stay in step'), async () => {
      const pool = await pools.of(width)
      const kernel = (ctx: Context) => {
        for (let i = 0; i < 1000; i++) {
          if (ctx.allReduce(ctx.rank + i, 'sum') !== ctx.size * i + (ctx.size * (ctx.size - 1)) / 2) return `allReduce ${i}`
          ctx.barrier()
          if (ctx.bcast(ctx.rank * i, i % ctx.size) !== (i % ctx.size) * i) return `bcast ${i}`
          if (ctx.scan(i) !== (ctx.rank + 1) * i) return `scan ${i}`
          if (ctx.allGather(`${i}`)[i % ctx.size] !== `${i}`) return `allGather ${i}`
          ctx.barrier()
          ctx.barrier()
          if (ctx.single(() => i) !== i) return `single ${i}`
          if (ctx.reduce(1, 'sum', i % ctx.size) !== (ctx.rank === i % ctx.size ? ctx.size : undefined)) return `reduce ${i}`
          if (ctx.allReduce(new Int8Array([i]), 'max')[0] !== (i << 24) >> 24) return `allReduce of an array ${i}`
        }
        return 'done'
      }
      assert.equal(
        await pool.spmd(kernel),
        ranks.map(() => 'done'),
      )
    })
  }

  test('the caller of spmdSync() takes part as rank 0', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      let chunks = 0
      for (const chunk of ctx.chunks(50)) chunks += ctx.exclusive(() => chunk.length)
      return [ctx.allReduce(chunks, 'sum'), ctx.bcast(`from ${ctx.rank}`, 2), ctx.single(() => 5), ctx.scan(1)]
    }
    for (let run = 0; run < 10; run++) {
      assert.equal(
        pool.spmdSync(kernel),
        [1, 2, 3].map((count) => [50, 'from 2', 5, count]),
      )
    }
  })

  test('regions side by side do not meet', async () => {
    const pool = await pools.of(3)
    const kernel = (ctx: Context, value: number) => {
      let total = 0
      for (let i = 0; i < 500; i++) total += ctx.allReduce(value, 'sum') - ctx.exscan(value) + ctx.rank * value
      return total
    }
    const runs = Array.from({ length: 12 }, (_, i) => pool.spmd(kernel, { args: [i], width: 1 + (i % 3) }))
    for (const [i, totals] of (await Promise.all(runs)).entries()) {
      const width = 1 + (i % 3)
      assert.equal(totals, new Array(width).fill(500 * width * i))
    }
  })

  test('a region after one that was left in the middle begins anew', async () => {
    const pool = await pools.of(2)
    const broken = pool.spmd((ctx) => {
      for (const chunk of ctx.chunks(100)) if (chunk.index === 3) ctx.exclusive(() => ctx.single(() => 1))
    })
    assert.is((await reasonOf(broken)).code, 'SHOAL_REGION_NESTED')
    const kernel = (ctx: Context) => {
      let seen = 0
      for (const chunk of ctx.chunks(100)) seen += chunk.length
      return [ctx.allReduce(seen, 'sum'), ctx.single(() => 5), ctx.exclusive(() => 6)]
    }
    for (const values of await pool.spmd(kernel)) assert.equal(values, [100, 5, 6])
  })

  test('progress() adds up to what onProgress reports as done', async () => {
    const pool = await pools.of(3)
    let done = 0
    const kernel = (ctx: Context) => {
      for (let i = 0; i < 10; i++) ctx.progress(ctx.rank + 0.5)
    }
    await pool.spmd(kernel, {
      onProgress: (progress) => {
        done = progress.done
      },
    })
    assert.is(done, 45)
  })

  test('a value that can not travel throws on its rank and lets the others go', async () => {
    const pool = await pools.of(3)
    const reason = await reasonOf(pool.spmd((ctx) => void ctx.allGather(ctx.rank === 1 ? () => 1 : 1)))
    assert.is(reason.code, 'SHOAL_VALUE_UNCLONEABLE')
    assert.is(reason.rank, 1)
  })

  test('a context that was kept is refused once its region is over', async () => {
    const pool = await pools.of(2)
    await pool.spmd((ctx) => {
      ;(globalThis as { kept?: Context }).kept = ctx
    })
    const uses: ((ctx: Context) => unknown)[] = [
      () => (globalThis as unknown as { kept: Context }).kept.barrier(),
      () => (globalThis as unknown as { kept: Context }).kept.single(() => 1),
      () => (globalThis as unknown as { kept: Context }).kept.exclusive(() => 1),
      () => (globalThis as unknown as { kept: Context }).kept.chunks(3),
      () => (globalThis as unknown as { kept: Context }).kept.progress(3),
      () => (globalThis as unknown as { kept: Context }).kept.partition(3),
      () => (globalThis as unknown as { kept: Context }).kept.aborted,
    ]
    for (const use of uses) assert.is((await reasonOf(pool.spmd(use))).code, 'SHOAL_REGION_OVER')
  })

  for (const taken of [0, 1]) {
    for (const schedule of ['dynamic', 'static'] as const) {
      test(`chunks() with ${schedule} that were kept, ${taken} of them taken: the next region refuses them and is not disturbed`, async () => {
        type Kept = { kept?: Iterator<unknown> }
        const pool = await pools.of(2)
        await pool.spmd(
          (ctx, count, how) => {
            const chunks = ctx.chunks(100, { chunkLength: 1, schedule: how })
            ;(globalThis as Kept).kept = chunks
            for (let i = 0; i < count; i++) chunks.next()
          },
          { args: [taken, schedule] },
        )
        const seen = await pool.spmd((ctx) => {
          const { kept } = globalThis as unknown as Required<Kept>
          ctx.barrier()
          let code: unknown
          try {
            while (!kept.next().done);
          } catch (error) {
            code = (error as { code?: string }).code
          }
          kept.return?.()
          ctx.barrier()
          let own = 0
          for (const chunk of ctx.chunks(100, { chunkLength: 1 })) own += chunk.length
          return [code, own] as const
        })
        assert.equal(
          seen.map(([code]) => code),
          ['SHOAL_REGION_OVER', 'SHOAL_REGION_OVER'],
        )
        assert.is(seen[0]![1] + seen[1]![1], 100)
      })
    }
  }

  test('arguments out of range are refused', async () => {
    const pool = await pools.of(2)
    const refusals: [(ctx: Context) => unknown, RegExp][] = [
      [(ctx) => ctx.bcast(1, 2), /Expected a rank from 0 to 1 for root but received 2/],
      [(ctx) => ctx.gather(1, -1), /Expected a rank from 0 to 1 for root/],
      [(ctx) => ctx.scatter([1]), /Expected 2, one value for each rank for values.length but received 1/],
      [(ctx) => ctx.allReduce(1, 'mean' as 'sum'), /Expected 'sum', .* for op but received 'mean'/],
      [(ctx) => ctx.allReduce(new Float32Array(2), 'xor'), /Expected an array of integers/],
      [(ctx) => ctx.allReduce('text' as unknown as number, 'sum'), /Expected a number, a bigint or a typed array/],
      [(ctx) => ctx.scan(1n as unknown as number), /Expected a number for value/],
      [(ctx) => ctx.progress(Number.NaN), /Expected a finite number from 0 for n/],
      [(ctx) => [...ctx.chunks(10, { chunkLength: 0 })], /Expected a positive integer for chunkLength/],
      [(ctx) => ctx.chunks([1, 2] as unknown as number), /Expected a shared view or a length for source/],
      [(ctx) => ctx.exclusive(async () => 1), /returned a promise/],
    ]
    for (const [kernel, message] of refusals) assert.match((await reasonOf(pool.spmd(kernel))).message, message)
  })

  test.run()
}
