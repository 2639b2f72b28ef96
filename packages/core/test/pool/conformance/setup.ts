import { allocate, type Backend, createPool, kernelsFrom, type PoolOptions } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

/** `setup`: once on every new worker, before it is given any work. */
declare const notThere: unknown

export function setup(backend: Backend): void {
  const test = suite(`${backend}: setup`)

  async function withPool<T>(options: PoolOptions, body: (pool: Awaited<ReturnType<typeof createPool>>) => Promise<T>): Promise<T> {
    const pool = await createPool({ workers: 2, ...options, backend })
    try {
      return await body(pool)
    } finally {
      await pool.close()
    }
  }

  test('its result is local in every region on that worker, cloneable or not', async () => {
    const runs = allocate(Int32Array, 1)
    const options: PoolOptions = {
      setup: (counter: Int32Array, word: string) => {
        Atomics.add(counter, 0, 1)
        return { word, greet: () => `${word} ${counter.length}` }
      },
      setupArgs: [runs, 'hello'],
    }
    await withPool(options, async (pool) => {
      assert.is(runs[0], 2)
      type Local = { word: string; greet(): string }
      for (let round = 0; round < 3; round++) {
        assert.equal(await pool.spmd((ctx) => (ctx.local as Local).greet()), ['hello 1', 'hello 1'])
        const words = await pool.forChunks(4, (chunk) => [(chunk.local as Local).word], {
          chunkLength: 1,
          combine: (a, b) => [...a, ...b],
        })
        assert.equal(words, ['hello', 'hello', 'hello', 'hello'])
      }
      assert.is(runs[0], 2)
    })
  })

  test('it may be async, and a function of a module: the pool is ready when it is done', async () => {
    const order = allocate(Int32Array, 2)
    await withPool(
      {
        setup: async (words: Int32Array) => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          Atomics.add(words, 0, 1)
          return 7
        },
        setupArgs: [order],
      },
      async (pool) => {
        assert.is(order[0], 2)
        assert.equal(await pool.spmd((ctx) => ctx.local), [7, 7])
      },
    )
    const { openResource } = kernelsFrom<typeof import('../fixtures/open-resource.js')>(
      new URL('../fixtures/open-resource.js', import.meta.url),
    )
    await withPool({ setup: openResource, setupArgs: ['table'] }, async (pool) => {
      assert.equal(await pool.spmd((ctx) => (ctx.local as { name: string }).name), ['table', 'table'])
    })
  })

  test('a worker that replaces a dead one is set up too, before it gets work', async () => {
    const runs = allocate(Int32Array, 1)
    await withPool({ setup: (counter: Int32Array) => 10 + Atomics.add(counter, 0, 1), setupArgs: [runs] }, async (pool) => {
      for (let death = 1; death <= 3; death++) {
        await reasonOf(pool.run(() => process.exit(1)))
        await until(() => runs[0] === 2 + death)
        const locals = await pool.spmd((ctx) => ctx.local as number)
        assert.ok(locals.includes(11 + death), String(locals))
      }
    })
  })

  test('a worker that can not be replaced, because setup throws, ends the pool with that error', async () => {
    const runs = allocate(Int32Array, 1)
    const setup = (counter: Int32Array): void => {
      if (Atomics.add(counter, 0, 1) >= 2) throw new RangeError('no such table')
    }
    const pool = await createPool({ workers: 2, backend, setup, setupArgs: [runs] })
    const forEver = reasonOf(pool.run(() => new Promise(() => {})))
    await reasonOf(pool.run(() => process.exit(1)))
    assert.is((await forEver).message, 'no such table')
    const { code, message, cause } = await reasonOf(pool.run(() => 1))
    assert.is(code, 'SHOAL_POOL_CLOSED')
    assert.match(message, /has ended, since worker 1 died and 3 in its place did not come up/)
    assert.is((cause as Error).message, 'no such table')
    await pool.close()
  })

  test('what it throws is what createPool rejects with, and no worker is left', async () => {
    for (const setup of [
      () => {
        throw new RangeError('no such table')
      },
      async () => {
        throw new RangeError('no such table')
      },
    ]) {
      const error = await reasonOf(createPool({ workers: 2, backend, setup }))
      assert.equal([error.name, error.message, typeof error.rank], ['RangeError', 'no such table', 'number'])
    }
    const free = await reasonOf(createPool({ workers: 1, backend, setup: () => reasonOf }))
    assert.is(free.code, 'SHOAL_KERNEL_FREE_NAME')
  })

  test('a worker that ends in it is not started again and again', async () => {
    const error = await reasonOf(createPool({ workers: 2, backend, setup: () => process.exit(3) }))
    assert.is(error.code, 'SHOAL_POOL_WORKER_FAILED')
    assert.match(error.message, /setup/)
  })

  test('an aborted signal ends a pool whose setup never does', async () => {
    const controller = new AbortController()
    const begun = allocate(Int32Array, 1)
    const pool = createPool({
      workers: 2,
      backend,
      signal: controller.signal,
      setupArgs: [begun],
      setup: async (words: Int32Array) => {
        Atomics.add(words, 0, 1)
        await new Promise((resolve) => setTimeout(resolve, 1e9))
      },
    })
    const reason = reasonOf(pool)
    await until(() => begun[0] === 2)
    controller.abort(new Error('enough'))
    assert.is((await reason).message, 'enough')
  })

  test('the calling thread has a local of its own in synchronous calls', async () => {
    await withPool({ setup: () => ({ pid: process.pid, calls: 0 }) }, async (pool) => {
      for (let call = 1; call <= 2; call++) {
        const calls = pool.spmdSync((ctx) => ++(ctx.local as { calls: number }).calls)
        assert.equal(calls, [call, call])
      }
    })
    const given = { calls: 0 }
    const setup = (mine: { calls: number }) => ++mine.calls
    await withPool({ setup, setupArgs: [given] }, async (pool) => {
      assert.equal(
        pool.spmdSync((ctx) => ctx.local),
        [1, 1],
      )
      assert.is(given.calls, 0)
    })
    await withPool({ setup: async () => 1 }, async (pool) => {
      try {
        pool.spmdSync(() => 1)
        assert.unreachable('it was taken')
      } catch (error) {
        assert.is((error as { code?: string }).code, 'SHOAL_POOL_SETUP_ASYNC')
      }
      assert.equal(await pool.spmd((ctx) => ctx.local), [1, 1])
    })
  })

  test('is named by where the pool was made, when it can not run', async () => {
    const missing = await reasonOf(createPool({ backend, workers: 1, setup: () => notThere }))
    assert.match(missing.message, /conformance\/setup\.\w+:\d+:\d+\) uses notThere/)
  })

  test('a worker that can not even be begun is one that failed, and says why', async () => {
    const error = await reasonOf<Error & { code: string; rank: number }>(createPool({ backend, workers: 1, execArgv: ['--no-such-flag'] }))
    assert.equal([error.code, error.rank], ['SHOAL_POOL_WORKER_FAILED', 0])
    assert.match(error.message, /Worker 0/)
  })

  test('refuses what is no function, and arguments for none', async () => {
    assert.instance(await reasonOf(createPool({ backend, setup: 'x' as never })), TypeError)
    assert.match((await reasonOf(createPool({ backend, setupArgs: [1] }))).message, /setupArgs/)
    const large = await reasonOf(createPool({ backend, setup: () => 1, setupArgs: [new Uint8Array(2 ** 21)] }))
    assert.match(large.message, /setupArgs\[0\].*share\(\)/)
  })

  test.run()
}
