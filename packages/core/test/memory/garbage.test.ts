import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('dropped segments are collected')
const program = fileURLToPath(new URL('./fixtures/dropping.js', import.meta.url))

function run(name: string, ...flags: string[]): void {
  const args = ['--expose-gc', ...flags, program, name]
  const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 100_000 })
  assert.is(signal ?? status, 0, stderr)
}

test('sixty segments of 64 MiB dropped by a loop that never yields stay far below their sum', () => run('synchronous'))
test('segments dropped between turns of the event loop', () => run('turns'))
test('segments dropped in a worker thread', () => run('thread'))
test('ten thousand dropped or freed segments leave no mapping after a collection', () => run('mappings'))
test('collections of the young generation let go of small segments', () => run('young', '--max-semi-space-size=1'))
test('the memory stays as long as any thread has the buffer', () => run('kept'))

test.run()
