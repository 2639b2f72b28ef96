import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Leftovers } from '../test-run/leftovers.mjs'
import { processesOf } from '../test-run/processes.mjs'
import { removeRegistriesOfDeadRuns } from '../test-run/registry.mjs'
import { runFile } from '../test-run/run-file.mjs'

const test = suite('test run')
const uvu = import.meta.resolve('uvu')
let folder

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-test-run-'))
})
test.after(() => rmSync(folder, { recursive: true }))

function fileOf(code) {
  const file = join(folder, 'file.mjs')
  writeFileSync(file, `import { test } from ${JSON.stringify(uvu)}\n${code}`)
  return file
}

async function outcomeOf(code, options = {}) {
  const file = fileOf(code)
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
  const outcome = await outcomeOf(
    `import { spawn, spawnSync } from 'node:child_process'; spawn('sleep', ['100'], { stdio: 'inherit' }); for (;;);`,
    {
      limitMs: 500,
    },
  )
  assert.is(outcome.failed, 1)
  assert.match(outcome.failure, 'more than 0.5 s')
})

test('a file that only compiles runs in the background, beside those of other folders, and before those of its own', async () => {
  const files = [
    ['one/user.test.mjs', `if (!existsSync('built')) throw new Error('too early')`],
    ['one/all.build.test.mjs', `write('compiling', String(getPriority())); await until('elsewhere'); write('built')`],
    ['other/file.test.mjs', `write('elsewhere'); await until('compiling')`],
  ].map(([source, body]) => {
    const compiled = join(folder, basename(source))
    const code = `import { existsSync, writeFileSync } from 'node:fs'
      import { getPriority } from 'node:os'
      import { setTimeout as sleep } from 'node:timers/promises'
      import { test } from ${JSON.stringify(uvu)}
      process.chdir(${JSON.stringify(folder)})
      const write = (name, text = '') => writeFileSync(name, text)
      const until = async (name) => { while (!existsSync(name)) await sleep(5) }
      test('a', async () => { ${body} })
      test.run()`
    writeFileSync(compiled, code)
    return { source, compiled }
  })
  const code = `import { runFiles } from ${JSON.stringify(import.meta.resolve('../test-run/run-files.mjs'))}
    process.exitCode = (await runFiles(${JSON.stringify(files)})) ? 0 : 1`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', timeout: 240_000 })
  assert.is(status, 0, stdout)
  assert.match(stdout, /user\.test\.mjs: 1 passed.*\n3 passed, 0 failed\n$/, 'the last one')
  assert.is(readFileSync(join(folder, 'compiling'), 'utf8'), '10')
})

test('names processes that a file leaves behind', async () => {
  const leftovers = new Leftovers()
  const code = `import { spawn, spawnSync } from 'node:child_process'
    spawn('sleep', ['100'], { detached: true, stdio: 'ignore' }).unref()
    test('a', () => {}); test.run()`
  const outcome = await outcomeOf(code, { env: { ...process.env, ...leftovers.env, NO_COLOR: '1' } })
  assert.is(outcome.failed, 0)
  const [left, ...others] = (await leftovers.find()).filter((name) => name.startsWith('process'))
  leftovers.end()
  assert.match(left, 'sleep 100')
  assert.equal(others, [])
  assert.equal(
    (await leftovers.find()).filter((name) => name.startsWith('process')),
    [],
  )
})

test('counts a file as failed when its group outlives it', async () => {
  const code = `import { spawn, spawnSync } from 'node:child_process'; spawn('sleep', ['100'], { stdio: 'ignore' }).unref(); test('a', () => {}); test.run()`
  const outcome = await outcomeOf(code)
  assert.match(outcome.failure, 'left processes running')
})

const core = import.meta.resolve('../../packages/core/bundle/index.js')
const name = `/shoal-left-${process.pid}`
/** Leaves segments as only a killed process can. */
const leaving = `import { Segment } from ${JSON.stringify(core)}
  Segment.create({ kind: 'posix', name: '${name}', byteLength: 10 })
  Segment.create({ kind: 'posix', name: '${name}-persistent', byteLength: 10, persist: true })`

test('gives the files a registry of their own, names what is left there, and removes it with the segments', async () => {
  const leftovers = new Leftovers()
  const { SHOAL_REGISTRY } = leftovers.env
  assert.is(statSync(SHOAL_REGISTRY).mode & 0o777, 0o700)
  await outcomeOf(`${leaving}; process.kill(process.pid, 'SIGKILL')`, { env: { ...process.env, ...leftovers.env } })
  const left = await leftovers.find()
  assert.is(left.filter((path) => path.startsWith(`${SHOAL_REGISTRY}/`)).length, 3, 'an owner and two records')
  assert.ok(left.includes(`/dev/shm${name}`))
  leftovers.end()
  for (const path of [SHOAL_REGISTRY, `/dev/shm${name}`, `/dev/shm${name}-persistent`]) assert.not(existsSync(path), path)
})

/** Starts a run of one file that leaves segments and does not end; resolves when it has begun. */
async function startRun() {
  const says = join(folder, 'registry.txt')
  rmSync(says, { force: true })
  const file = fileOf(`${leaving}
    import { renameSync, writeFileSync } from 'node:fs'
    writeFileSync('${says}.part', process.env.SHOAL_REGISTRY)
    renameSync('${says}.part', '${says}')
    setInterval(() => {}, 1000)`)
  const code = `import { runFiles } from ${JSON.stringify(import.meta.resolve('../test-run/run-files.mjs'))}
    process.on('SIGUSR2', () => { throw new Error('an error') })
    await runFiles([{ source: 'file.mjs', compiled: ${JSON.stringify(file)} }])`
  const run = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'ignore'] })
  const output = text(run.stdout)
  const ended = once(run, 'exit')
  while (!existsSync(says)) {
    if (run.exitCode !== null) throw new Error(await output)
    await sleep(5)
  }
  return { run, output, ended, paths: [readFileSync(says, 'utf8'), `/dev/shm${name}`, `/dev/shm${name}-persistent`] }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`a run that receives ${signal} ends its files, leaves nothing, and ends by that signal`, async () => {
    const { run, output, ended, paths } = await startRun()
    run.kill(signal)
    run.kill(signal)
    assert.equal(await ended, [null, signal])
    assert.match(await output, `0 passed, 1 failed, interrupted by ${signal}\n`)
    assert.not.match(await output, 'left behind')
    assert.equal(paths.filter(existsSync), [])
  })
}

test('a run that fails by an error of its own leaves nothing', async () => {
  const { run, ended, paths } = await startRun()
  run.kill('SIGUSR2')
  assert.equal(await ended, [1, null])
  assert.equal(paths.filter(existsSync), [])
})

test('what a killed run has left is removed by the next one, but not before its last process has ended', async () => {
  const { run, ended, paths } = await startRun()
  run.kill('SIGKILL')
  await ended
  removeRegistriesOfDeadRuns()
  assert.equal(paths.filter(existsSync), paths)
  const mark = basename(paths[0]).replace('shoal-test-', '')
  for (const { pid } of processesOf(mark)) process.kill(pid, 'SIGKILL')
  while (processesOf(mark).length > 0) await sleep(5)
  removeRegistriesOfDeadRuns()
  assert.equal(paths.filter(existsSync), [])
})

test.run()
