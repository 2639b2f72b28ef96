import { allocate, createPool, fill, share, sum } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog(60_000)
const test = suite('sum')

test('is the same with a pool and without', async () => {
  const pool = await createPool({ workers: 2 })
  const xs = share(Float64Array.from({ length: 100_003 }, (_, i) => Math.sin(i)))
  assert.is(await sum(pool, xs), sum(xs))
  assert.is(await sum(pool, await fill(pool, allocate(Int32Array, 300_000), -7)), -2_100_000)
  await pool.close()
})

test.run()
