import { allocate, type Backend, createPool, type Pool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reasonOf } from '../support/reason-of.js'

/** `maxQueue`, and waiting for room. */
export function backpressure(backend: Backend): void {
  const test = suite(`${backend}: backpressure`)

  async function withPool(maxQueue: number, body: (pool: Pool) => Promise<void>): Promise<void> {
    const pool = await createPool({ workers: 2, maxQueue, backend })
    try {
      await body(pool)
    } catch (error) {
      await pool.destroy()
      throw error
    }
    await pool.close()
  }

  for (const maxQueue of [0, 1, 5]) {
    test(`producers that wait for room never meet a full queue of ${maxQueue}`, async () => {
      await withPool(maxQueue, async (pool) => {
        const done = allocate(Int32Array, 1)
        let longest = 0
        const produce = async (): Promise<void> => {
          const tasks: Promise<unknown>[] = []
          for (let i = 0; i < 20; i++) {
            while (pool.needsDrain) await pool.drained()
            tasks.push(pool.run((counter) => Atomics.add(counter, 0, 1), done))
            longest = Math.max(longest, pool.queueSize)
          }
          await Promise.all(tasks)
        }
        await Promise.all([produce(), produce(), produce()])
        assert.is(done[0], 60)
        assert.ok(longest <= maxQueue, `${longest} waited`)
      })
    })
  }

  test('there is room at once in a pool that is not full, and when a region that kept it full has ended', async () => {
    await withPool(0, async (pool) => {
      await pool.drained()
      const gate = allocate(Int32Array, 1)
      const region = pool.spmd(
        (_, words) => {
          while (Atomics.load(words, 0) === 0);
        },
        { args: [gate] },
      )
      assert.ok(pool.needsDrain)
      assert.is((await reasonOf(pool.run(() => 1))).code, 'SHOAL_POOL_QUEUE_FULL')
      const drained = pool.drained()
      Atomics.store(gate, 0, 1)
      await drained
      assert.is(await pool.run(() => 1), 1)
      await region
    })
  })

  /** Keeps one worker busy until `gate` is opened. */
  function occupyOne(pool: Pool, gate: Int32Array<SharedArrayBuffer>): Promise<void> {
    return pool.run((words) => {
      while (Atomics.load(words, 0) === 0);
    }, gate)
  }

  test('tasks behind an spmd that waits for one more worker are bounded, though another one is free', async () => {
    await withPool(1, async (pool) => {
      const gate = allocate(Int32Array, 1)
      const busy = occupyOne(pool, gate)
      const region = pool.spmd(() => undefined)
      assert.not(pool.needsDrain)
      const waiting = pool.run(() => 1)
      assert.ok(pool.needsDrain)
      assert.is((await reasonOf(pool.run(() => 2))).code, 'SHOAL_POOL_QUEUE_FULL')
      assert.is(pool.queueSize, 1)
      const drained = pool.drained()
      Atomics.store(gate, 0, 1)
      await drained
      assert.is(await waiting, 1)
      await Promise.all([busy, region])
    })
  })

  test('a task that can begin is not refused, however many wait for another worker; one that has to wait for that is', async () => {
    await withPool(1, async (pool) => {
      const gate = allocate(Int32Array, 1)
      const busy = occupyOne(pool, gate)
      const everywhere = pool.broadcast(() => 1)
      await pool.drained()
      assert.is(pool.queueSize, 1)
      assert.is(await pool.run(() => 2), 2)
      assert.not(pool.needsDrain)
      assert.is((await reasonOf(pool.broadcast(() => 3))).code, 'SHOAL_POOL_QUEUE_FULL')
      Atomics.store(gate, 0, 1)
      assert.equal(await everywhere, [1, 1])
      await busy
    })
  })

  test('a broadcast that one worker has no room for runs on none', async () => {
    await withPool(0, async (pool) => {
      const gate = allocate(Int32Array, 1)
      const runs = allocate(Int32Array, 1)
      const busy = occupyOne(pool, gate)
      const everywhere = (): Promise<number[]> => pool.broadcast((counter) => Atomics.add(counter, 0, 1), runs)
      assert.is((await reasonOf(everywhere())).code, 'SHOAL_POOL_QUEUE_FULL')
      Atomics.store(gate, 0, 1)
      await busy
      await everywhere()
      assert.is(runs[0], 2)
    })
  })

  test('tasks are bounded while the only worker is replaced: one of them begins with its successor, the others wait', async () => {
    const pool = await createPool({ workers: 1, maxQueue: 2, backend })
    await reasonOf(pool.run(() => process.exit(1)))
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => pool.run(() => 'done').catch(({ code }) => code)))
    assert.equal(outcomes.slice(0, 3), ['done', 'done', 'done'])
    assert.equal([...new Set(outcomes.slice(3))], ['SHOAL_POOL_QUEUE_FULL'])
    await pool.close()
  })

  test('who waits for room in a pool that is destroyed is let go', async () => {
    const pool = await createPool({ workers: 1, maxQueue: 0, backend })
    const task = reasonOf(pool.run(() => new Promise(() => {})))
    const drained = pool.drained()
    await pool.destroy()
    await drained
    assert.is((await task).code, 'SHOAL_POOL_CLOSED')
  })

  test.run()
}
