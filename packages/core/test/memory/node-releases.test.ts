import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import { nodeReleases } from '../support/node-releases.js'
import { watchdog } from '../support/watchdog.js'

watchdog(600_000) // the first run fetches the releases
const test = suite('segments on every release of Node, with one binary')
const files = ['segment', 'allocate', 'hand-over', 'threads']
const faults = [
  'bytes before the new end stay',
  'a truncation seen in a worker thread',
  'stores into a readonly file',
  'a store into a readonly segment by a worker thread',
  'a failed compareExchange on a readonly segment',
  'WebAssembly traps beside it',
]

function run(execPath: string, file: string, ...args: string[]): Promise<unknown> {
  return promisify(execFile)(execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], { timeout: 120_000 })
}

for (const { version, execPath } of nodeReleases().slice(1)) {
  for (const file of files) {
    test(`Node ${version}: ${file}`, async () => {
      await run(execPath, `./${file}.test.js`)
    })
  }
  test(`Node ${version}: faults`, async () => {
    for (const fault of faults) await run(execPath, './fixtures/faulting.js', fault)
  })
}

test.run()
