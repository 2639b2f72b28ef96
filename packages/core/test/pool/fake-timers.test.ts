import { allocate, createPool, type Pool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withFakeTimers } from '../support/fake-timers.js'
import { watchdog } from '../support/watchdog.js'
import { reasonOf } from './support/reason-of.js'

watchdog()

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool }>(`fake timers, ${backend}`)
  test.before(async (context) => {
    context.pool = await createPool({ workers: 2, backend })
  })
  test.after(({ pool }) => pool.close())

  test('a loop of short regions goes on, and lets the event loop have its turns', async ({ pool }) => {
    let turned = false
    setImmediate(() => {
      turned = true
    })
    await withFakeTimers(async () => {
      for (let i = 0; i < 200; i++) await pool.spmd(() => {})
      while (!turned) await pool.spmd(() => {})
    })
  })

  test('progress is reported', async ({ pool }) => {
    const gate = allocate(Int32Array, 1)
    await withFakeTimers(() =>
      pool.forChunks(
        2,
        (_, word) => {
          while (Atomics.load(word, 0) === 0) Atomics.wait(word, 0, 0, 1)
        },
        { args: [gate], onProgress: () => void Atomics.store(gate, 0, 1) },
      ),
    )
  })

  test('timeoutMs ends what never ends', async ({ pool }) => {
    await withFakeTimers(async () => {
      const endless = () => {
        for (;;);
      }
      assert.is((await reasonOf(pool.spmd(endless, { timeoutMs: 50, graceMs: 50 }))).code, 'SHOAL_REGION_TIMEOUT')
      assert.is((await reasonOf(pool.with({ timeoutMs: 50 }).run(endless))).code, 'SHOAL_TASK_TIMEOUT')
      // Two workers again, which a synchronous call does not wait for.
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
      const late = (): unknown =>
        pool.spmdSync(
          (ctx) => {
            if (ctx.rank === 1) for (;;);
            ctx.barrier()
          },
          { timeoutMs: 50, graceMs: 0 },
        )
      assert.throws(late, (error: { code?: unknown }) => error.code === 'SHOAL_REGION_TIMEOUT')
    })
  })

  test.run()
}
