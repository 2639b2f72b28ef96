import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { file, fixture } from '../support/files.js'
import { descendants, leftovers } from '../support/processes.js'
import { Shoal } from '../support/shoal.js'
import { shoalOnTerminal } from '../support/terminal.js'

watchdog()

const test = suite('shoal run, interrupted')
const data = file('data.txt', 'one\n')

interface EndlessRun {
  readonly run: Shoal
  readonly workers: readonly number[]
  /** The process that the kernel runs in. */
  readonly busy: number
}

/** A run whose kernel is under way and will not end by itself. */
async function endlessRun(backend: string): Promise<EndlessRun> {
  const run = new Shoal(['run', fixture('endless'), data, '--workers', '2', '--backend', backend])
  const [, busy] = await run.said(/begun by (\d+)\n/)
  return { run, workers: descendants(run.child.pid!), busy: Number(busy) }
}

for (const backend of ['threads', 'processes']) {
  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`ends at once on ${signal} with exit code ${expected} and leaves nothing, with ${backend}`, async () => {
      const { run, workers } = await endlessRun(backend)
      run.child.kill(signal)
      const { code, stdout } = await run.ended
      assert.is(code, expected)
      assert.is(stdout, '')
      assert.equal(await leftovers([run.child.pid!, ...workers]), [])
    })
  }

  test(`ends on Ctrl-C in a terminal with exit code 130, with ${backend}`, async () => {
    const { code, stdout } = await shoalOnTerminal(['run', fixture('endless'), data, '--workers', '2', '--backend', backend], 'begun')
    assert.is(code, 130)
    assert.is(stdout, '')
  })
}

test('names the killed worker, ends with exit code 1 and leaves nothing', async () => {
  const { run, workers, busy } = await endlessRun('processes')
  assert.ok(workers.includes(busy))
  process.kill(busy, 'SIGKILL')
  const { code, stdout, stderr } = await run.ended
  assert.match(stderr, /^shoal: .*SIGKILL.*\n/m)
  assert.is(code, 1)
  assert.is(stdout, '')
  assert.equal(await leftovers([run.child.pid!, ...workers]), [])
})

test.run()
