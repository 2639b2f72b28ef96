import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../setup/paths.mjs'
import { filesUnder } from '../setup/stamp.mjs'

const test = suite('what is compiled ahead')
const core = join(root, 'packages/core')
const folders = []
test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** In every thread: whether V8 refused the code that a script was loaded with, by path. */
const WATCH = `
const vm = require('node:vm')
globalThis.refused = {}
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    if (options.cachedData !== undefined) globalThis.refused[options.filename] = this.cachedDataRejected
  }
}`

/** Prints what a thread makes of 3, the stack of an error, the files of the library that are loaded, and what has become of their code. */
const PROGRAM = `
const { createPool } = require(process.argv[1])
createPool({ workers: 1 }).then(async (pool) => {
  const answer = await pool.run((x) => x + 1, 3)
  const refusedInThread = JSON.parse(await pool.run(() => JSON.stringify(refused)))
  await pool.close()
  const { stack } = await createPool({ workers: 0 }).catch((error) => error)
  const ours = Object.keys(require.cache).filter((path) => path.includes('/core/bundle/') && !path.endsWith('/load.js'))
  console.log(JSON.stringify({ answer, stack, refused, refusedInThread, ours }))
})`

const watch = join(newFolder(), 'watch.cjs')
writeFileSync(watch, WATCH)

function run({ library = core, flags = [], env = {} } = {}) {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--require', watch, '--eval', PROGRAM, library], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  assert.is(stderr, '')
  return JSON.parse(stdout)
}

function newFolder() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shoal-code-')))
  folders.push(folder)
  return folder
}

/** The library elsewhere, for tests that damage it. */
function copyOf() {
  const copy = join(newFolder(), 'core')
  mkdirSync(copy)
  for (const name of ['bundle', 'package.json']) cpSync(join(core, name), join(copy, name), { recursive: true })
  symlinkSync(join(core, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const stackIn = (library, stack) => stack.replaceAll(`${library}/`, '')
/** As it is without code. */
const plain = (() => {
  const library = copyOf()
  rmSync(join(library, 'bundle/code'), { recursive: true })
  const { answer, stack, refused, refusedInThread } = run({ library })
  assert.equal([answer, refused, refusedInThread], [4, {}, {}])
  return stackIn(library, stack)
})()

test('V8 takes the code of all that a program and its threads load of the library, and errors show the same lines', () => {
  const { answer, stack, refused, refusedInThread, ours } = run()
  assert.is(answer, 4)
  assert.is(stackIn(core, stack), plain)
  const entries = new Set(['index.js', 'worker.js'])
  const compiled = ours.filter((path) => !entries.has(basename(path)))
  assert.ok(compiled.length > 5)
  assert.equal(Object.keys(refused).sort(), compiled.sort())
  assert.not.ok(Object.values(refused).includes(true))
  const inThread = Object.keys(refusedInThread).map((path) => basename(path))
  for (const name of ['worker-thread.js', 'start.js']) assert.ok(inThread.includes(name), name)
  assert.not.ok(Object.values(refusedInThread).includes(true))
})

test('with flags of V8 that change its code, the library is compiled as it is loaded', () => {
  const { answer, stack, refused } = run({ flags: ['--max-old-space-size=500'] })
  assert.equal([answer, stackIn(core, stack)], [4, plain])
  assert.ok(Object.values(refused).every((isRefused) => isRefused))
})

test('where coverage is collected or stacks are mapped, Node loads every file itself', () => {
  const folder = copyOf()
  for (const options of [{ flags: ['--enable-source-maps'] }, { env: { NODE_V8_COVERAGE: join(folder, 'coverage') } }]) {
    const { answer, refused } = run(options)
    assert.equal([answer, refused], [4, {}])
  }
})

test('code that was cut short is made again', () => {
  const library = copyOf()
  const files = filesUnder(join(library, 'bundle/code'), () => true)
  assert.ok(files.length > 5)
  for (const [i, path] of files.entries()) truncateSync(path, Math.floor((readFileSync(path).length * i) / files.length))
  const { answer, stack, refused } = run({ library })
  assert.equal([answer, stackIn(library, stack)], [4, plain])
  assert.ok(Object.values(refused).every((isRefused) => isRefused))
})

test.run()
