import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import { nodeReleases, withoutMaglev } from '../support/node-releases.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
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

const programs = [...files.map((file) => [`./${file}.test.js`]), ['./fixtures/faulting.js', ...faults]]

function run(execPath: string, [file = '', ...args]: readonly string[]): Promise<unknown> {
  const flags = file.includes('threads') ? [withoutMaglev] : []
  return promisify(execFile)(execPath, [...flags, fileURLToPath(new URL(file, import.meta.url)), ...args], { timeout: 300_000 })
}

// All releases at once: each program waits a good deal for its own threads and processes.
for (const { version, execPath } of nodeReleases().slice(1)) {
  let done: Promise<unknown> = Promise.resolve()
  for (const program of programs) {
    const ran = done.then(() => run(execPath, program))
    done = ran.catch(() => {}) // is told by its own test
    test(`Node ${version}: ${program[0]}`, () => ran.then(() => {}))
  }
}

test.run()
