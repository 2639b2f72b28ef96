import { allocate, type Backend, createPool, kernelsFrom } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type * as fixtures from '../fixtures/stateful-kernels.js'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

/** In some workers only. */
declare const known: boolean

interface KernelError extends Error {
  code: string
  rank: number
  range: { start: number; end: number }
  workerStack: string
  errors?: KernelError[]
}

export function kernelErrors(backend: Backend): void {
  const test = suite(`${backend}: kernels that throw`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 3]) {
    test(`the lowest chunk wins on ${workers} workers, whoever was first`, async () => {
      const pool = await pools.of(workers)
      for (let run = 0; run < 20; run++) {
        const schedule = run % 2 === 0 ? 'auto' : 'static'
        const error = await reasonOf<KernelError>(
          pool.forChunks(
            1_000,
            (chunk) => {
              if (chunk.index === 17 || chunk.index > 400) throw new RangeError(`chunk ${chunk.index}`)
            },
            { schedule, chunkLength: 2 },
          ),
        )
        assert.is(error.message, 'chunk 17')
        assert.equal(error.range, { start: 34, end: 36 })
        for (const other of error.errors ?? []) assert.match(other.message, /^chunk [4-9]/)
      }
      assert.is(await pool.forChunks(10, (chunk) => chunk.length, { combine: (a, b) => a + b }), 10)
    })
  }

  test('nobody works on chunks above one that has thrown', async () => {
    const pool = await pools.of(1)
    const worked = allocate(Int32Array, 1)
    const thrown = await reasonOf<KernelError>(
      pool.forChunks(
        1_000,
        (chunk, worked) => {
          if (chunk.index === 17) throw new RangeError('seventeen')
          worked[0]!++
        },
        { chunkLength: 1, args: [worked] },
      ),
    )
    assert.equal([thrown.message, worked[0]], ['seventeen', 17])
  })

  test('the error keeps its class, name, message, code and cause, and says where it happened', async () => {
    const pool = await pools.of(2)
    const error = await reasonOf<KernelError>(
      pool.forChunks(
        100,
        function positive(chunk) {
          if (chunk.start === 70)
            throw Object.assign(new RangeError('too low', { cause: new TypeError('inner') }), { code: 'E_LOW', at: 70n })
        },
        { chunkLength: 10 },
      ),
    )
    assert.instance(error, RangeError)
    assert.equal([error.name, error.message, error.code, (error as unknown as { at: bigint }).at], ['RangeError', 'too low', 'E_LOW', 70n])
    assert.instance(error.cause, TypeError)
    assert.is((error.cause as Error).message, 'inner')
    assert.ok(error.rank === 0 || error.rank === 1)
    assert.equal(error.range, { start: 70, end: 80 })
    assert.match(error.workerStack, 'shoal:kernel/positive')
  })

  test('each rank that threw in spmd is in errors', async () => {
    const pool = await pools.of(3)
    const error = await reasonOf<KernelError>(
      pool.spmd((ctx) => {
        throw new Error(`rank ${ctx.rank}`)
      }),
    )
    const all = [error, ...(error.errors ?? [])].map(({ message }) => message)
    assert.is(error.message, `rank ${error.rank}`)
    assert.equal(all, [...all].sort())
    assert.ok(new Set(all).size === all.length && all.every((message) => /^rank [012]$/.test(message)))
  })

  for (const value of [undefined, null, 0, '', 'text', 42n, { code: 'PLAIN' }, [1, 2]]) {
    test(`throw ${JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))} arrives as that`, async () => {
      const pool = await pools.of(1)
      const thrown = await reasonOf<unknown>(
        pool.spmd(
          (_, given) => {
            throw given
          },
          { args: [value] },
        ),
      )
      if (typeof value === 'object' && value !== null) assert.equal({ ...(thrown as object), rank: 0 }, { ...value, rank: 0 })
      else assert.is(thrown, value)
    })
  }

  test('what throws when it is looked at fails its call alone: the worker lives', async () => {
    const pool = await pools.of(1)
    const pid = await pool.run(() => process.pid)
    const fail = (): never => {
      throw Object.defineProperty(new RangeError('why'), 'name', {
        get() {
          throw new Error('a trap')
        },
      })
    }
    for (const call of [() => pool.run(fail), () => pool.spmd(fail), () => pool.forEach(3, fail)]) {
      const error = await reasonOf<KernelError>(call())
      assert.equal([error.message, error.rank], ['why', 0])
    }
    assert.is(await pool.run(() => process.pid), pid)
  })

  test('a thrown value that can not travel arrives as text', async () => {
    const pool = await pools.of(1)
    assert.is(
      await reasonOf<unknown>(
        pool.spmd(() => {
          throw Symbol('why')
        }),
      ),
      'Symbol(why)',
    )
  })

  test('a combine that returns a promise is refused as one that is async', async () => {
    const pool = await pools.of(2)
    const later = ((a: number) => Promise.resolve(a)) as unknown as (a: number) => number
    const calls = [
      () => pool.forChunks(100, () => 1, { chunkLength: 1, combine: later }),
      () => pool.reduce(100, (acc) => acc, { identity: 0, chunkLength: 1, combine: later }),
    ]
    for (const call of calls) assert.is((await reasonOf<KernelError>(call())).code, 'SHOAL_KERNEL_ASYNC')
  })

  test('what an accumulator begins with is refused where it is a promise, of functions of modules too', async () => {
    const pool = await pools.of(2)
    const { later, laterByHand } = kernelsFrom<typeof fixtures>(new URL('../fixtures/stateful-kernels.js', import.meta.url))
    const byHand = () => Promise.resolve(0)
    for (const make of [later, laterByHand, byHand] as unknown as (() => number)[]) {
      const calls = [
        () => pool.reduce(100, (acc, x) => acc + x, { identity: make, combine: (a, b) => a + b }),
        () => pool.foldChunks(100, (acc, chunk) => acc + chunk.length, { init: make, combine: (a, b) => a + b }),
      ]
      for (const call of calls) assert.is((await reasonOf<KernelError>(call())).code, 'SHOAL_KERNEL_ASYNC')
    }
  })

  test('a result that can not travel is an error', async () => {
    const pool = await pools.of(2)
    const calls = [
      () => pool.spmd(() => () => 1),
      () => pool.forChunks(10, () => (() => 1) as unknown, { combine: (a) => a, chunkLength: 1 }),
      () => pool.foldChunks(10, () => Symbol('s') as unknown, { init: () => 0 as unknown, combine: (a) => a }),
    ]
    for (const call of calls) assert.is((await reasonOf<KernelError>(call())).code, 'SHOAL_VALUE_UNCLONEABLE')
    assert.equal(await pool.spmd(() => 1), [1, 1])
  })

  test('memory that a kernel made is no result', async () => {
    const pool = await pools.of(1)
    const error = await reasonOf<KernelError>(pool.spmd(() => new Float64Array(new SharedArrayBuffer(64))))
    assert.is(error.code, 'SHOAL_VALUE_UNCLONEABLE')
  })

  test('a view that a kernel has allocated is refused as what it is, as a result, a partial and in a collective', async () => {
    const pool = await pools.of(2)
    const { made, handOn } = kernelsFrom<typeof import('../fixtures/own-memory.js')>(new URL('../fixtures/own-memory.js', import.meta.url))
    const calls = [
      () => pool.run(made),
      () => pool.forChunks(10, made, { combine: (a) => a, chunkLength: 1 }),
      () => pool.foldChunks(10, made, { init: () => new Uint8Array(0) as Uint8Array<ArrayBufferLike> as never, combine: (a) => a }),
      () => pool.spmd(handOn),
    ]
    for (const call of calls) {
      const error = await reasonOf<KernelError>(call())
      assert.is(error.code, 'SHOAL_VALUE_UNCLONEABLE')
      assert.match(error.message, /memory that its call was not given/)
    }
  })

  test('combine and init that throw fail the region', async () => {
    const pool = await pools.of(3)
    const fail = (): never => {
      throw new Error('on purpose')
    }
    const calls = [
      () => pool.forChunks(100, (chunk) => chunk.length, { chunkLength: 1, combine: fail }),
      () => pool.foldChunks(100, (acc: number) => acc, { init: fail, combine: (a) => a }),
    ]
    for (const call of calls) assert.is((await reasonOf(call())).message, 'on purpose')
    assert.is(await pool.forChunks(10, (chunk) => chunk.length, { combine: (a, b) => a + b }), 10)
  })

  test('a rank that throws while the others wait in a barrier ends their wait', async () => {
    const pool = await pools.of(3)
    for (let run = 0; run < 20; run++) {
      const error = await reasonOf<KernelError>(
        pool.spmd(
          (ctx, bad) => {
            if (ctx.rank === bad) throw new Error('not coming')
            ctx.barrier()
          },
          { args: [run % 3] },
        ),
      )
      assert.equal([error.message, error.rank, error.errors], ['not coming', run % 3, undefined])
    }
    assert.equal(await pool.spmd((ctx) => [ctx.rank, ctx.barrier()][0]), [0, 1, 2])
  })

  test('a rank that returns while the others wait in a barrier ends their wait with an error', async () => {
    const pool = await pools.of(2)
    const error = await reasonOf<KernelError>(
      pool.spmd((ctx) => {
        if (ctx.rank === 1) ctx.barrier()
      }),
    )
    assert.match(error.code, /^SHOAL_/)
    assert.equal(await pool.spmd(() => 1), [1, 1])
  })

  test('every chunk may throw: a thousand errors are one rejection', async () => {
    const pool = await pools.of(2)
    const error = await reasonOf<KernelError>(
      pool.forChunks(
        1_000,
        (chunk) => {
          throw new Error(`chunk ${chunk.index}`)
        },
        { chunkLength: 1 },
      ),
    )
    assert.is(error.message, 'chunk 0')
  })

  test('a rank that can not begin is let in once, though chunks are left and ranks wanted while the others are at work', async () => {
    const pool = await createPool({ workers: 3, backend })
    await pool.spmd((ctx) => {
      if (ctx.rank === 1) (globalThis as { known?: boolean }).known = true
    })
    // How many chunks have begun, and which gates are open.
    const words = allocate(Int32Array, 4)
    const [begun, end, first, second] = [0, 1, 2, 3]
    const held = (gate: number): Promise<void> =>
      pool.forChunks(
        1,
        (_chunk, view, gate): undefined => {
          Atomics.add(view, 0, 1)
          while (Atomics.load(view, gate) === 0) Atomics.wait(view, gate, 0, 1)
        },
        { width: 1, args: [words, gate] },
      )
    const elsewhere = held(end)
    const onRank1 = held(first)
    const onRank2 = held(second)
    await until(() => Atomics.load(words, begun) === 3)
    Atomics.store(words, first, 1)
    await onRank1
    const failing = reasonOf(
      pool.forChunks(
        100,
        (_chunk, view, end): undefined => {
          if (known) Atomics.add(view, 0, 1)
          while (Atomics.load(view, end) === 0) Atomics.wait(view, end, 0, 1)
        },
        { chunkLength: 1, args: [words, end] },
      ),
    )
    await until(() => Atomics.load(words, begun) === 4)
    Atomics.store(words, second, 1)
    await onRank2
    // On the rank that has left; whenever it is free again, it could be let in.
    for (let call = 0; call < 100; call++) assert.is(await pool.run((x: number) => x, call), call)
    assert.is(pool.stats().ranks[2]!.regions, 3)
    Atomics.store(words, end, 1)
    assert.is((await failing).code, 'SHOAL_KERNEL_FREE_NAME')
    await elsewhere
    await pool.close()
  })

  test('errors of one region do not touch the region beside it', async () => {
    const pool = await pools.of(2)
    const bad = reasonOf(
      pool.forChunks(
        100,
        () => {
          throw new Error('bad')
        },
        { width: 1, chunkLength: 1 },
      ),
    )
    const good = pool.forChunks(10_000, (chunk) => chunk.length, { width: 1, chunkLength: 1, combine: (a, b) => a + b })
    assert.is((await bad).message, 'bad')
    assert.is(await good, 10_000)
  })

  test.run()
}
