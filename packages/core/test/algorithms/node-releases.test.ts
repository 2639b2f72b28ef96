import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import { nodeReleases } from '../support/node-releases.js'
import { watchdog } from '../support/watchdog.js'

watchdog(600_000)
const test = suite('algorithms on the latest release of Node, which has Float16Array')
const files = ['elementwise', 'scan', 'reductions', 'selection', 'sort', 'grouping', 'npy', 'properties', 'pools']

const release = nodeReleases().slice(1).at(-1)
for (const file of release ? files : []) {
  test(`Node ${release!.version}: ${file}`, async () => {
    await promisify(execFile)(release!.execPath, [fileURLToPath(new URL(`./${file}.test.js`, import.meta.url))], { timeout: 300_000 })
  })
}

test.run()
