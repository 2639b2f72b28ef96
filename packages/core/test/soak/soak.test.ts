import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { runSoak } from './run-soak.js'

watchdog()

const test = suite('soak, in short')

for (const backend of ['threads', 'processes'] as const) {
  test(`deaths among ${backend} under load: every call is right or says who died, and nothing is left`, async () => {
    const soak = await runSoak({ backend, workers: 3, kills: 1_000, seconds: 60, seed: 20_240_229 })
    assert.ok(soak.kills > 0)
    assert.ok(soak.calls > soak.broken)
  })
}

test.run()
