import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { allocate, type Backend, createPool, filter, type Pool, type PoolCalls, scan, share, sort } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openDescriptors, threads } from '../support/processes.js'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

/** A region that runs until `gate[0]` is set. */
function held(pool: Pool, gate: Int32Array<SharedArrayBuffer>): Promise<number[]> {
  return pool.spmd(
    (ctx, words) => {
      while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 1)
      return ctx.rank
    },
    { args: [gate] },
  )
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return (await reasonOf(promise)).code
}

export function ending(backend: Backend): void {
  const test = suite(`${backend}: close and destroy`)
  const open = (options = {}) => createPool({ workers: 2, backend, ...options })

  test('close() waits for what runs and what is queued', async () => {
    const pool = await open()
    const gate = allocate(Int32Array, 1)
    const running = held(pool, gate)
    const queued = pool.forChunks(100, (chunk) => chunk.length, { combine: (a, b) => a + b })
    const closed = pool.close()
    assert.is(await codeOf(pool.spmd(() => 1)), 'SHOAL_POOL_CLOSED')
    Atomics.store(gate, 0, 1)
    assert.equal(await running, [0, 1])
    assert.is(await queued, 100)
    await closed
    assert.is(await codeOf(pool.forChunks(1, () => undefined)), 'SHOAL_POOL_CLOSED')
  })

  test('close() waits for the last pass of an algorithm, and destroy() for none', async () => {
    const random = () => share(Float64Array.from({ length: 400_000 }, (_, i) => (i * 7_919_777) % 1_000_003))
    const xs = random()
    const into = () => allocate(Float64Array, xs.length)
    const total = Float64Array.from(xs).reduce((a, b) => a + b)
    const closing = async <R>(algorithm: (pool: Pool) => Promise<R>): Promise<R> => {
      const pool = await open()
      const running = algorithm(pool)
      const closed = pool.close()
      assert.is(await codeOf(algorithm(pool)), 'SHOAL_POOL_CLOSED')
      const result = await running
      await closed
      return result
    }
    assert.equal(Float64Array.from(await closing((pool) => sort(pool, xs, { into: into() }))), Float64Array.from(xs).sort())
    assert.is((await closing((pool) => filter(pool, xs, (x) => x % 2 === 0))).length, xs.filter((x) => x % 2 === 0).length)
    assert.is((await closing((pool) => scan(pool, xs, { into: into() }))).at(-1), total)
    const source = random()
    assert.is((await closing((pool) => scan(pool, source, { into: source, retry: 'preimage' }).then(() => source))).at(-1), total)
    const pool = await open()
    const outcome = codeOf(sort(pool, random()))
    await pool.destroy()
    assert.is(await outcome, 'SHOAL_POOL_CLOSED')
  })

  test('close() waits between two passes, too, however far they are apart', async () => {
    const [pool, other] = await Promise.all([open(), open()])
    const { together } = pool as unknown as { together(work: (calls: PoolCalls) => Promise<number[]>): Promise<number[]> }
    const running = together.call(pool, async (calls) => {
      await calls.spmd((ctx) => ctx.rank)
      for (let round = 0; round < 100; round++) await other.run(() => 0)
      return calls.spmd((ctx) => ctx.rank)
    })
    await Promise.all([pool.close(), running.then((ranks) => assert.equal(ranks, [0, 1]))])
    await other.close()
  })

  test('destroy() rejects what runs and what is queued', async () => {
    const pool = await open()
    const gate = allocate(Int32Array, 1)
    const outcomes = [held(pool, gate), pool.forChunks(100, () => undefined), pool.spmd(() => 1)].map(codeOf)
    await pool.destroy()
    assert.equal(await Promise.all(outcomes), ['SHOAL_POOL_CLOSED', 'SHOAL_POOL_CLOSED', 'SHOAL_POOL_CLOSED'])
    assert.is(await codeOf(pool.spmd(() => 1)), 'SHOAL_POOL_CLOSED')
  })

  test('destroy() in a callback of a synchronous call ends that call', async () => {
    const calls: ((pool: Pool, onProgress?: () => void) => unknown)[] = [
      (pool) => pool.spmdSync((ctx) => ctx.allReduce(1, 'sum')),
      (pool, onProgress) =>
        pool.forChunksSync(
          1_000_000,
          (): undefined => {
            const until = performance.now() + 1
            while (performance.now() < until);
          },
          { chunkLength: 1, ...(onProgress && { onProgress }) },
        ),
      (pool) => pool.reduceSync(1_000, (a, x) => a + x, { identity: 0, combine: (a, b) => a + b }),
    ]
    for (const call of calls) {
      const pool = await open()
      const destroy = (): void => void pool.destroy()
      subscribe('shoal:region:start', destroy)
      try {
        assert.is(await codeOf((async () => call(pool))()), 'SHOAL_POOL_CLOSED')
      } finally {
        unsubscribe('shoal:region:start', destroy)
        await pool.destroy()
      }
    }
    for (const first of ['close', 'destroy'] as const) {
      const pool = await open()
      const end = (): void => {
        void pool[first]()
        void pool.destroy()
      }
      assert.is(await codeOf((async () => calls[1]!(pool, end))()), 'SHOAL_POOL_CLOSED')
      await pool.destroy()
    }
  })

  test('close() and destroy() may be called again, in any order, and at once', async () => {
    const one = await open()
    await Promise.all([one.close(), one.close(), one.destroy(), one[Symbol.asyncDispose]()])
    await one.close()
    await one.destroy()
    const other = await open()
    await Promise.all([other.destroy(), other.destroy(), other.close()])
  })

  test('destroy() ends a close() that waits', async () => {
    const pool = await open()
    const running = codeOf(held(pool, allocate(Int32Array, 1)))
    const closed = pool.close()
    await pool.destroy()
    assert.is(await running, 'SHOAL_POOL_CLOSED')
    await closed
  })

  test('a pool that never ran anything closes', async () => {
    await (await open({ workers: 4 })).close()
  })

  test('an aborted signal destroys the pool', async () => {
    const controller = new AbortController()
    const pool = await open({ signal: controller.signal })
    const running = codeOf(held(pool, allocate(Int32Array, 1)))
    controller.abort()
    assert.is(await running, 'SHOAL_POOL_CLOSED')
    await pool.close()
  })

  test('a signal that pools share has one listener, and destroys all of them', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const gate = allocate(Int32Array, 1)
    const all = await Promise.all([open({ signal, workers: 1 }), open({ signal, workers: 1 })])
    const running = all.map((pool) => codeOf(held(pool, gate)))
    assert.is(getEventListeners(signal, 'abort').length, 1)
    controller.abort()
    assert.equal(await Promise.all(running), ['SHOAL_POOL_CLOSED', 'SHOAL_POOL_CLOSED'])
    await Promise.all(all.map((pool) => pool.close()))
    assert.is(getEventListeners(signal, 'abort').length, 0)
  })

  test('a closed pool no longer listens to its signal', async () => {
    const { signal } = new AbortController()
    await (await open({ signal })).close()
    await (await open({ signal })).destroy()
    assert.is(getEventListeners(signal, 'abort').length, 0)
  })

  test('a signal that aborts while the workers start ends the pool', async () => {
    const controller = new AbortController()
    const starting = open({ signal: controller.signal })
    controller.abort('changed my mind')
    assert.is(await reasonOf<unknown>(starting), 'changed my mind')
    assert.is(await reasonOf<unknown>(open({ signal: controller.signal })), 'changed my mind')
  })

  test('pools come and go, and no thread or descriptor of theirs stays', async () => {
    const before = openDescriptors() + threads()
    for (let round = 0; round < 6; round++) {
      const pool = await open()
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
      await (round % 2 === 0 ? pool.close() : pool.destroy())
    }
    // A thread that has ended needs a moment to give back what it had.
    await until(() => openDescriptors() + threads() <= before)
  })

  test('a pool closes while its workers are just leaving their loops', async () => {
    for (let round = 0; round < 12; round++) {
      const pool = await open({ hotMs: 0 })
      await pool.spmd((ctx) => ctx.rank)
      for (let turns = round % 6; turns > 0; turns--) await new Promise(setImmediate)
      await (round < 6 ? pool.close() : pool.destroy())
    }
  })

  test.run()
}
