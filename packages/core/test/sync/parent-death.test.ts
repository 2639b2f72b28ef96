import { fork } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('dieWithParent')
const family = new URL('./fixtures/family.js', import.meta.url)

test('a killed parent takes its child along', async () => {
  const parent = fork(family, ['parent'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const [{ stays }] = (await once(parent, 'message')) as [{ stays: boolean }]
  assert.is(stays, true)
  parent.kill('SIGKILL')
  // The child holds the other end of the pipe too, so this is the end of both.
  await once(parent.stdout?.resume() as NodeJS.EventEmitter, 'end')
})

test('a parent that is gone already is told', async () => {
  const child = fork(family, ['child', '1'])
  const [{ stays }] = (await once(child, 'message')) as [{ stays: boolean }]
  assert.is(stays, false)
  child.kill()
  await once(child, 'exit')
})

test.run()
