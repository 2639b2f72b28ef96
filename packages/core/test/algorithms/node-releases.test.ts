import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import { nodeReleases } from '../support/node-releases.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('algorithms on the latest release of Node, which has Float16Array')
const files = [
  'sort',
  'selection',
  'grouping',
  'reductions',
  'pools',
  'elementwise',
  'scan',
  'npy',
  'properties',
  '../worker/collectives-reduction',
]

// What is new there, and one of each kind of the others: the binary is that which has been tested with all of them.
const env = { ...process.env, SHOAL_TEST_TYPES: 'Float16Array,Float64Array,BigInt64Array,Uint8Array' }

const release = nodeReleases().slice(1).at(-1)
const runs: Promise<unknown>[] = []
for (const [at, file] of (release ? files : []).entries()) {
  // Two at a time: each is on one CPU for the most part.
  const before = Promise.allSettled([runs[at - 2]])
  runs[at] = before.then(() =>
    promisify(execFile)(release!.execPath, [fileURLToPath(new URL(`./${file}.test.js`, import.meta.url))], { env, timeout: 300_000 }),
  )
  runs[at].catch(() => {}) // until its turn comes
  test(`Node ${release!.version}: ${file}`, async () => {
    await runs[at]
  })
}

test.run()
