import { type Backend, createPool, type Pool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../support/watchdog.js'
import { sharedTypes } from '../support/columns.js'
import { forgotten } from '../support/every-option.js'
import { distributionsOf } from '../support/inputs.js'
import { claims } from './claims.js'
import { prove, provenLengths } from './run-proof.js'

watchdog()

/** All lengths with all pools: node packages/core/dist-test/algorithms/proof/proof.js */
const test = suite('algorithms are what plain programs are, in short')
const pools: Pool[] = []
test.before(async () => {
  for (const backend of ['threads', 'processes'] as const satisfies readonly Backend[]) {
    for (const workers of [1, 2, 3, 4, 5]) pools.push(await createPool({ backend, workers }))
  }
})
test.after(async () => {
  for (const pool of pools) await pool.close()
})

test('none is forgotten', () => {
  assert.equal(forgotten(Object.keys(claims)), [])
})

// First: the plain programs, of which this is most of the work, are slower once they have met views of all types.
test('ten million', async () => {
  await prove({ type: Int32Array, length: 10_000_000, distribution: 'random', pools: [pools[1]!] })
})

let turn = 0
for (const type of sharedTypes) {
  test(`${type.name}: every distribution, each with other lengths, backends and numbers of workers`, async () => {
    const lengths = provenLengths(type).slice(0, -2)
    for (const distribution of distributionsOf(type as never)) {
      // 11 lengths and 10 pools: any of both may meet.
      const length = lengths[turn % lengths.length]!
      await prove({ type, length, distribution, pools: [pools[turn++ % pools.length]!] })
    }
  })
}

test.run()
