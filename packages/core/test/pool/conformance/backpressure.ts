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
    } finally {
      await pool.close()
    }
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
