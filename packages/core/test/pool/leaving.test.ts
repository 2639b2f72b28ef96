import { allocate, createPool, type Pool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()

const HOT_MS = 5

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool }>(`${backend} that have left their loops, before the parent has heard of it`)

  test.before(async (context) => {
    context.pool = await createPool({ workers: 2, backend, hotMs: HOT_MS })
  })
  test.after(({ pool }) => pool.close())

  test('are sent in again by a synchronous call', async ({ pool }) => {
    for (let i = 0; i < 5; i++) {
      await pool.spmd(() => undefined)
      assert.equal(await rightAfterLeaving(() => pool.spmdSync((ctx) => ctx.rank)), [0, 1])
    }
  })

  test('take in more new segments than they can be sent at once', async ({ pool }) => {
    const views = Array.from({ length: 500 }, () => allocate(Int32Array, 1))
    await pool.spmd(() => undefined)
    const lengths = await rightAfterLeaving(() => pool.spmd((_, ...all) => all.length, { args: views }))
    assert.equal(lengths, [500, 500])
  })

  test('take in such segments for a task, too', async ({ pool }) => {
    const views = Array.from({ length: 500 }, () => allocate(Int32Array, 1))
    await pool.spmd(() => undefined)
    const length = await rightAfterLeaving(() => pool.run((...all) => all.length, ...views))
    assert.is(length, 500)
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test.run()
}

/** In one turn of the event loop: workers are told to leave after `HOT_MS`, do so, and can not be heard, for timers come before messages. */
async function rightAfterLeaving<R>(call: () => R | Promise<R>): Promise<R> {
  await new Promise<void>((resolve) => {
    setTimeout(() => {
      block(HOT_MS)
      resolve()
    }, HOT_MS + 1)
    block(3 * HOT_MS)
  })
  return call()
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
