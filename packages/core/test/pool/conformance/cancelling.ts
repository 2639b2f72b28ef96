import { getEventListeners } from 'node:events'
import { allocate, type Backend, createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

export function cancelling(backend: Backend): void {
  const test = suite(`${backend}: AbortSignal`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('an aborted signal refuses the call before any chunk', async () => {
    const pool = await pools.of(2)
    const hits = allocate(Int32Array, 1)
    const call = pool.forChunks(10, (_, all) => void Atomics.add(all, 0, 1), { args: [hits], signal: AbortSignal.abort('no') })
    assert.is(await reasonOf<unknown>(call), 'no')
    assert.is(hits[0], 0)
  })

  test('an abort ends a running region at the next chunk, with the reason', async () => {
    const pool = await pools.of(2)
    const words = allocate(Int32Array, 2)
    const controller = new AbortController()
    const reason = new Error('enough')
    const call = reasonOf(
      pool.forChunks(
        100_000,
        (_, all) => {
          Atomics.add(all, 0, 1)
          Atomics.wait(all, 1, 0, 5)
        },
        { chunkLength: 1, args: [words], signal: controller.signal },
      ),
    )
    await until(() => Atomics.load(words, 0) > 0)
    controller.abort(reason)
    assert.is(await call, reason)
    const done = words[0]!
    assert.ok(done < 100_000)
    assert.is(getEventListeners(controller.signal, 'abort').length, 0)
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
    assert.is(words[0], done)
  })

  test('a signal that many calls share has one listener, ends all of them and no other', async () => {
    const pool = await pools.of(2)
    const controller = new AbortController()
    const { signal } = controller
    const gate = allocate(Int32Array, 1)
    const held = pool.spmd(
      (_, words) => {
        while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 1)
      },
      { args: [gate] },
    )
    const tasks = Array.from({ length: 30 }, () => reasonOf<unknown>(pool.with({ signal }).run(() => 1)))
    const regions = Array.from({ length: 30 }, () => reasonOf<unknown>(pool.forChunks(1, () => undefined, { signal })))
    const other = pool.run(() => 2)
    assert.is(getEventListeners(signal, 'abort').length, 1)
    controller.abort('all')
    assert.equal(await Promise.all([...tasks, ...regions]), Array(60).fill('all'))
    assert.is(getEventListeners(signal, 'abort').length, 0)
    Atomics.store(gate, 0, 1)
    await held
    assert.is(await other, 2)
  })

  test('an option of a call that is undefined leaves what with() was given', async () => {
    const pool = await pools.of(1)
    const controller = new AbortController()
    const slow = () => {
      for (const end = performance.now() + 2; performance.now() < end; );
    }
    const endless = { chunkLength: 1, timeoutMs: undefined, signal: undefined } as object
    const late = await reasonOf(pool.with({ timeoutMs: 20 }).forEach(1_000_000, slow, endless))
    assert.is(late.code, 'SHOAL_REGION_TIMEOUT')
    const call = reasonOf<unknown>(pool.with({ signal: controller.signal }).forEach(1_000_000, slow, endless))
    controller.abort('enough')
    assert.is(await call, 'enough')
    assert.instance(await reasonOf(pool.with({ timeoutMs: 20 }).forEach(1, slow, null as never)), TypeError)
  })

  test('an abort that comes when its call has ended does nothing to the call that has the same place by then', async () => {
    const pool = await pools.of(1)
    const hits = allocate(Int32Array, 20_000)
    for (let i = 0; i < 100; i++) {
      // In a loop of short regions, the parent waits for them on the spot.
      for (let round = 0; round < 5; round++) await pool.forChunks(1, () => undefined)
      const controller = new AbortController()
      const first = pool.forChunks(1, () => undefined, { signal: controller.signal }).catch(() => undefined)
      hits.fill(0)
      const second = pool.forChunks(hits, ({ view }) => void view.fill(1), { chunkLength: 100 })
      controller.abort()
      await Promise.all([first, second])
      assert.ok(hits.every((hit) => hit === 1))
    }
  })

  test('times beyond those of timers last as long as they can: graceMs and hotMs may be Infinity', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): number => warnings.push(warning)
    process.on('warning', note)
    const pool = await createPool({ workers: 1, backend, hotMs: Number.POSITIVE_INFINITY })
    const words = allocate(Int32Array, 1)
    const controller = new AbortController()
    const call = reasonOf<unknown>(
      pool.spmd(
        (ctx, all) => {
          Atomics.store(all, 0, 1)
          while (!ctx.aborted) Atomics.wait(all, 0, 1, 1)
        },
        { args: [words], signal: controller.signal, graceMs: Number.POSITIVE_INFINITY },
      ),
    )
    await until(() => Atomics.load(words, 0) === 1)
    controller.abort('stop')
    assert.is(await call, 'stop')
    await pool.close()
    process.off('warning', note)
    assert.equal(warnings, [])
  })

  test('an abort ends the waiting in a barrier', async () => {
    const pool = await pools.of(2)
    const words = allocate(Int32Array, 1)
    const controller = new AbortController()
    const call = reasonOf<unknown>(
      pool.spmd(
        (ctx, all) => {
          Atomics.add(all, 0, 1)
          if (ctx.rank === 0) ctx.barrier()
          else while (!ctx.aborted) Atomics.wait(all, 0, 1, 1)
        },
        { args: [words], signal: controller.signal },
      ),
    )
    await until(() => Atomics.load(words, 0) === 2)
    controller.abort('stop')
    assert.is(await call, 'stop')
    assert.equal(await pool.spmd((ctx) => [ctx.rank, ctx.barrier()][0]), [0, 1])
  })

  test('an abort takes a queued call out of the queue while the others run on', async () => {
    const pool = await pools.of(2)
    const gate = allocate(Int32Array, 1)
    const controller = new AbortController()
    const running = pool.spmd(
      (ctx, all) => {
        while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 1)
        return ctx.rank
      },
      { args: [gate] },
    )
    const queued = pool.spmd((_, all) => Atomics.load(all, 0), { args: [gate] })
    const cancelled = pool.forChunks(10, () => undefined, { signal: controller.signal })
    controller.abort('not any more')
    assert.is(await reasonOf<unknown>(cancelled), 'not any more')
    assert.is(getEventListeners(controller.signal, 'abort').length, 0)
    Atomics.store(gate, 0, 1)
    assert.equal(await running, [0, 1])
    assert.equal(await queued, [1, 1])
  })

  test('an abort after the end changes nothing, and no listener stays behind', async () => {
    const pool = await pools.of(2)
    const controller = new AbortController()
    const { signal } = controller
    for (let round = 0; round < 50; round++) assert.equal(await pool.spmd((ctx) => ctx.rank, { signal }), [0, 1])
    await reasonOf(
      pool.spmd(
        () => {
          throw new Error('x')
        },
        { signal },
      ),
    )
    assert.is(getEventListeners(signal, 'abort').length, 0)
    controller.abort()
  })

  test('aborts at any moment leave the pool right', async () => {
    const pool = await pools.of(2)
    for (let round = 0; round < 100; round++) {
      const controller = new AbortController()
      const call = pool
        .forChunks(2_000, (chunk) => chunk.length, { chunkLength: 1, signal: controller.signal, combine: (a, b) => a + b })
        .catch((reason) => reason)
      for (let turns = round % 7; turns > 0; turns--) await new Promise(setImmediate)
      controller.abort('now')
      assert.ok([2_000, 'now'].includes(await call))
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
    }
  })

  test.run()
}
