import { readFileSync } from 'node:fs'
import { allocate, createPool } from '@shoal/core'
import { iota, sort } from '@shoal/core/algorithms'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withFakeTimers } from '../support/fake-timers.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

const test = suite('algorithms under fake timers')

test('give back the memory that they have kept for the next one', async () => {
  const pool = await createPool({ workers: 2 })
  const xs = iota(allocate(Float64Array, 300_007))
  const before = sharedMappings()
  await withFakeTimers(async () => void (await sort(pool, xs, { descending: true })))
  assert.ok(sharedMappings() > before)
  while (sharedMappings() > before) await new Promise((resolve) => setImmediate(resolve))
  await pool.close()
})

test.run()

/** How many there are in this process. */
function sharedMappings(): number {
  return readFileSync('/proc/self/maps', 'utf8').match(/memfd/g)?.length ?? 0
}
