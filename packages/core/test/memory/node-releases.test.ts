import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import { nodeReleases } from '../support/node-releases.js'
import { watchdog } from '../support/watchdog.js'

watchdog(600_000) // the first run fetches the releases
const test = suite('segments on every release of Node, with one binary')
const files = ['segment', 'allocate', 'hand-over']

for (const { version, execPath } of nodeReleases().slice(1)) {
  for (const file of files) {
    test(`Node ${version}: ${file}`, async () => {
      await promisify(execFile)(execPath, [fileURLToPath(new URL(`./${file}.test.js`, import.meta.url))], { timeout: 120_000 })
    })
  }
}

test.run()
