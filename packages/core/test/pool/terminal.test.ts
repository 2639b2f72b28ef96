import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { children } from './support/processes.js'
import { until } from './support/until.js'

watchdog()
const program = fileURLToPath(new URL('./fixtures/terminal.js', import.meta.url))

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`programs at a terminal, with a pool of ${backend}`)

  function start(role: string) {
    const child = spawn(process.execPath, [program, role, backend], { stdio: 'pipe', detached: true })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    return { child, told: () => told, ended: once(child, 'exit') }
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    test(`${signal} to the whole group, which the program handles, ends no worker`, async () => {
      const { child, told, ended } = start('interrupted')
      child.stdout.resume()
      await until(() => told().startsWith('ready'))
      process.kill(-child.pid!, signal)
      assert.equal(await ended, [0, null], told())
      assert.is(told(), 'ready\n[2,2]\n')
    })

  if (backend === 'processes')
    test('a worker that a signal to all processes ends while it starts is started again', async () => {
      const before = children()
      const starting = createPool({ workers: 1, backend })
      await until(() => children().length > before.length)
      const first = children().find((pid) => !before.includes(pid))!
      process.kill(first, 'SIGTERM')
      const pool = await starting
      assert.is.not(await pool.run(() => process.pid), first)
      await pool.close()
    })

  test('what workers write when nobody reads stdout any more is dropped, and ends none', async () => {
    const { child, told, ended } = start('unread')
    await until(() => told().startsWith('ready'))
    child.stdout.destroy()
    await once(child.stdout, 'close')
    child.stdin.write('go\n')
    assert.equal(await ended, [0, null], told())
    assert.is(told(), 'ready\n[2,2]\n')
  })

  test.run()
}
