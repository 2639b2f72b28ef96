import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Leftovers } from '../test-run/leftovers.mjs'
import { runFile } from '../test-run/run-file.mjs'

const test = suite('test run')
const uvu = import.meta.resolve('uvu')
let folder

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-test-run-'))
})
test.after(() => rmSync(folder, { recursive: true }))

async function outcomeOf(code, options = {}) {
  const file = join(folder, 'file.mjs')
  writeFileSync(file, `import { test } from ${JSON.stringify(uvu)}\n${code}`)
  return runFile(file, { limitMs: 60_000, cwd: folder, env: { ...process.env, NO_COLOR: '1' }, ...options })
}

test('counts what passed, failed and was skipped', async () => {
  const outcome = await outcomeOf(`test('a', () => {}); test.skip('b', () => {}); test('c', () => { throw new Error('no') }); test.run()`)
  assert.is(outcome.failure, undefined)
  assert.equal([outcome.passed, outcome.failed, outcome.skipped], [1, 1, 1])
  assert.match(outcome.output, 'no')
})

test('counts a file that crashes after its totals as failed', async () => {
  const outcome = await outcomeOf(`test('a', () => {}); test.run(); process.on('exit', () => { process.exitCode = 9 })`)
  assert.equal([outcome.passed, outcome.failed], [1, 1])
  assert.match(outcome.failure, 'code 9')
})

test('counts a file without totals, without tests or ended by a signal as failed', async () => {
  assert.match((await outcomeOf('')).failure, 'before uvu printed its totals')
  assert.match((await outcomeOf('test.run()')).failure, 'holds no test')
  assert.match((await outcomeOf(`process.kill(process.pid, 'SIGKILL')`)).failure, 'SIGKILL')
})

test('ends a file that runs over its limit, children included', async () => {
  const outcome = await outcomeOf(`import { spawn } from 'node:child_process'; spawn('sleep', ['100'], { stdio: 'inherit' }); for (;;);`, {
    limitMs: 500,
  })
  assert.is(outcome.failed, 1)
  assert.match(outcome.failure, 'more than 0.5 s')
})

test('names processes that a file leaves behind', async () => {
  const leftovers = new Leftovers()
  const code = `import { spawn } from 'node:child_process'
    spawn('sleep', ['100'], { detached: true, stdio: 'ignore' }).unref()
    test('a', () => {}); test.run()`
  const outcome = await outcomeOf(code, { env: { ...process.env, ...leftovers.env, NO_COLOR: '1' } })
  assert.is(outcome.failed, 0)
  const [left, ...others] = (await leftovers.find()).filter((name) => name.startsWith('process'))
  process.kill(Number(/\d+/.exec(left)[0]))
  assert.match(left, 'sleep 100')
  assert.equal(others, [])
})

test('counts a file as failed when its group outlives it', async () => {
  const code = `import { spawn } from 'node:child_process'; spawn('sleep', ['100'], { stdio: 'ignore' }).unref(); test('a', () => {}); test.run()`
  const outcome = await outcomeOf(code)
  assert.match(outcome.failure, 'left processes running')
})

test.run()
