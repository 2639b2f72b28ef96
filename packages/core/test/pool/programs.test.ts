import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Backend } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { isGone } from './support/processes.js'
import { until } from './support/until.js'

watchdog()
const program = fileURLToPath(new URL('./fixtures/program.js', import.meta.url))

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** Exit code or signal. */
  readonly ended: Promise<number | string>
}

function run(role: string, backend: Backend): Run {
  return runNode(program, role, backend)
}

function runNode(...args: string[]): Run {
  const child = spawn(process.execPath, args, { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  // 'close': when the last one who holds stdout has gone, the workers too.
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  return { child, output: () => output, errors: () => errors, ended }
}

function pidsOf(output: string): number[] {
  return JSON.parse(output.split('\n')[0]!)
}

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`programs with a pool of ${backend}`)

  for (const role of ['unused', 'idle', 'closed', 'unreferenced']) {
    test(`end by themselves when the pool is ${role}, and leave no worker`, async () => {
      const { output, errors, ended } = run(role, backend)
      assert.is(await ended, 0, errors())
      assert.is(errors(), '')
      for (const pid of pidsOf(output())) await until(() => isGone(pid))
    })
  }

  test('may be given by --eval: the workers do not run them again', async () => {
    const text = `import { createPool } from '@shoal/core'
      console.log('begun')
      const pool = await createPool({ workers: 1, backend: '${backend}' })
      console.log(await pool.broadcast(() => process.execArgv[0]))
      await pool.close()`
    const { output, errors, ended } = runNode('--no-deprecation', '--input-type=module', '--eval', text)
    assert.is(await ended, 0, errors())
    assert.is(output(), "begun\n[ '--no-deprecation' ]\n")
  })

  test('take their busy workers along when they exit', async () => {
    const { output, ended } = run('exits', backend)
    assert.is(await ended, 3)
    for (const pid of pidsOf(output())) await until(() => isGone(pid))
  })

  test('take their busy workers along when an exception ends them', async () => {
    const { output, errors, ended } = run('throws', backend)
    assert.is(await ended, 1)
    assert.match(errors(), 'on purpose')
    for (const pid of pidsOf(output())) await until(() => isGone(pid))
  })

  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
    test(`take their busy workers along when ${signal} ends them`, async () => {
      const { child, output, ended } = run('busy', backend)
      await until(() => output().endsWith('busy\n'))
      child.kill(signal)
      assert.is(await ended, signal)
      for (const pid of pidsOf(output())) await until(() => isGone(pid))
    })
  }

  test('see every line that a worker has written before the pool is destroyed', async () => {
    const { output, errors, ended } = run('prints', backend)
    assert.is(await ended, 0)
    const lines = output().trimEnd().split('\n')
    for (const rank of [0, 1]) {
      assert.equal(
        lines.filter((line) => line.startsWith(`${rank} `)),
        Array.from({ length: 1_000 }, (_, line) => `${rank} ${line}`),
      )
    }
    assert.is(lines.length, 2_000)
    assert.equal(errors().trimEnd().split('\n').sort(), ['error of 0', 'error of 1'])
  })

  test('see what a worker wrote before it died', async () => {
    const { output, ended } = run('prints-and-dies', backend)
    assert.is(await ended, 0)
    const lines = output().trimEnd().split('\n')
    // Whoever died first took the other one's region along: at least one rank has written all.
    const complete = [0, 1].filter((rank) => lines.includes(`last of ${rank}`))
    assert.ok(complete.length > 0)
    for (const rank of complete) assert.is(lines.filter((line) => line.startsWith(`${rank} `)).length, 1_000)
  })

  test.run()
}
