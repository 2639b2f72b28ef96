import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../core/dist-test/support/watchdog.js'
import { fixture } from './support/files.js'
import { bin, shoal } from './support/shoal.js'

watchdog()

const test = suite('shoal')

test('prints its help on stdout', async () => {
  const { code, stdout, stderr } = await shoal('--help')
  assert.match(stdout, /^Usage: shoal /)
  assert.match(stdout, /run .*job/)
  assert.is(stderr, '')
  assert.is(code, 0)
})

test('prints the help of a command', async () => {
  const { code, stdout } = await shoal('run', '--help')
  assert.match(stdout, /--backend <kind>/)
  assert.is(code, 0)
})

test('prints its version', async () => {
  const { stdout } = await shoal('--version')
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('says when stdout is full, in one line', () => {
  const job = fixture('count-bytes')
  for (const args of [
    ['--help'],
    ['run', '--help'],
    ['--version'],
    ['run', job, job],
    ['run', job, job, '--dry-run'],
    ['run', job, '--help'],
  ]) {
    const { status, stderr } = spawnSync('sh', ['-c', '"$@" > /dev/full', 'sh', process.execPath, bin, ...args], { encoding: 'utf8' })
    assert.is(stderr, 'shoal: stdout cannot be written: ENOSPC: no space left on device, write\n')
    assert.is(status, 1)
  }
})

test.run()
