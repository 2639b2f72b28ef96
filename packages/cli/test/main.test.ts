import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../core/dist-test/support/watchdog.js'
import { shoal } from './support/shoal.js'

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

test.run()
