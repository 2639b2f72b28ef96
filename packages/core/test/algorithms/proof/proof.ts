import { parseArgs } from 'node:util'
import type { Backend } from '@shoal/core'
import { Pools } from '../../pool/support/pools.js'
import { sharedTypes } from '../support/columns.js'
import { distributionsOf } from '../support/inputs.js'
import { prove, provenLengths } from './run-proof.js'

// node packages/core/dist-test/algorithms/proof/proof.js [--type Float64Array] [--distribution random] [--lengths 10000000]
//   [--backend threads|processes] [--workers 2]: what is left out is done for each, which takes half an hour
const { values } = parseArgs({
  options: {
    type: { type: 'string' },
    distribution: { type: 'string' },
    lengths: { type: 'string' },
    backend: { type: 'string' },
    workers: { type: 'string' },
  },
})

const backends = (['threads', 'processes'] as const satisfies readonly Backend[]).filter((name) => (values.backend ?? name) === name)
const workers = [1, 2, 3, 4, 5].filter((count) => (values.workers ?? `${count}`) === `${count}`)
const crews = backends.map((backend) => new Pools(backend))
const pools = await Promise.all(crews.flatMap((crew) => workers.map((count) => crew.of(count))))
let failed = false
for (const type of sharedTypes) {
  if ((values.type ?? type.name) !== type.name) continue
  for (const distribution of distributionsOf(type as never)) {
    if ((values.distribution ?? distribution) !== distribution) continue
    for (const length of values.lengths?.split(',').map(Number) ?? provenLengths(type)) {
      const startedAt = performance.now()
      try {
        const calls = await prove({ type, length, distribution, pools })
        console.log(`${type.name}, ${distribution}, ${length}: ${calls} calls, ${Math.round(performance.now() - startedAt)} ms`)
      } catch (error) {
        failed = true
        console.error(String(error))
      }
    }
  }
}
for (const crew of crews) await crew.close()
if (failed) process.exitCode = 1
