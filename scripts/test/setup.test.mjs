import { spawnSync } from 'node:child_process'
import { existsSync, statSync, truncateSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Checkout } from './support/checkout.mjs'

const test = suite('setup')
const checkout = new Checkout()
test.after(() => checkout.delete())

/** The set-up succeeds with exactly these steps, and the next one has nothing to do. */
async function completes(...steps) {
  const { code, stdout, stderr } = await checkout.setUp()
  assert.is(code, 0, stderr)
  assert.is(stdout, '')
  assert.equal(
    stderr.split('\n').filter((line) => line !== '' && !line.includes('fetching')),
    steps.map((step) => `shoal: ${step}`),
  )
  assert.equal(
    checkout.outputs.filter((path) => !existsSync(checkout.path(path))),
    [],
  )
  assert.equal(await checkout.setUp(), { code: 0, stdout: '', stderr: '' })
}

const [install, compile, build, bundle, ahead] = [
  'installing dependencies',
  'compiling the native addon',
  'compiling TypeScript',
  'bundling the libraries',
  'compiling the bundles ahead',
]

test('refuses what it does not know, before it sets up anything', () => {
  const script = fileURLToPath(new URL('../setup.mjs', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--nope'], { encoding: 'utf8' })
  assert.equal([status, stdout, stderr], [2, '', 'npm run build: expected no arguments but received --nope\n'])
})

test('refuses a pnpm that has not the pinned hash', async () => {
  const manifest = checkout.read('package.json')
  checkout.write('package.json', manifest.replace(/sha512\.../, 'sha512.00'))
  const { code, stderr } = await checkout.setUp()
  assert.is(code, 1)
  assert.match(stderr, 'EINTEGRITY')
  assert.not(existsSync(checkout.path('.cache/tools/node_modules/pnpm')))
  checkout.write('package.json', manifest)
})

test('goes on after it was killed in the middle of a step, whichever it was', async () => {
  const signsOfLife = [
    '.cache/tools/node_modules',
    'node_modules/.pnpm',
    'packages/native/build/Release',
    'packages/core/dist',
    'packages/core/bundle',
    'packages/core/bundle/code',
  ]
  for (const path of signsOfLife) {
    const { code } = await checkout.start().killWhen(path)
    assert.is(code, null)
  }
  assert.is((await checkout.setUp()).code, 0)
  assert.equal(await checkout.setUp(), { code: 0, stdout: '', stderr: '' })
})

test('sets everything up from nothing, once, however many start at the same time', async () => {
  for (const path of ['node_modules', 'packages/core/node_modules', 'packages/core/dist', 'packages/native/build', '.cache'])
    checkout.remove(path)
  const ends = await Promise.all([checkout.setUp(), checkout.setUp()])
  assert.equal(
    ends.map(({ code }) => code),
    [0, 0],
    ends.map(({ stderr }) => stderr).join('\n'),
  )
  const lines = ends.flatMap(({ stderr }) => stderr.split('\n'))
  for (const step of [install, compile, build, bundle, ahead]) assert.is(lines.filter((line) => line.includes(step)).length, 1)
  await completes()
})

test('installs what was deleted', async () => {
  checkout.remove('node_modules')
  await completes(install)
  checkout.remove('packages/core/node_modules')
  await completes(install)
  checkout.remove('node_modules/typescript')
  await completes(install)
})

test('compiles the addon when its source changed, and when the binary is damaged or gone', async () => {
  const binary = checkout.path(checkout.outputs[0])
  checkout.write('packages/native/src/tiny.cc', checkout.read('packages/native/src/tiny.cc').replace('env, 1', 'env, 2'))
  await completes(compile)
  const size = statSync(binary).size
  truncateSync(binary, 100)
  await completes(compile)
  assert.is(statSync(binary).size, size)
  checkout.remove('packages/native/build')
  await completes(compile)
  assert.is(createRequire(import.meta.url)(binary), 2)
})

test('compiles TypeScript when a source changed, and when an output is damaged or gone', async () => {
  const output = 'packages/core/dist/one.js'
  checkout.write('packages/core/src/one.ts', 'export const one = 1 + 0\n')
  await completes(build, bundle, ahead)
  const compiled = checkout.read(output)
  truncateSync(checkout.path(output), 3)
  await completes(build, bundle, ahead)
  assert.is(checkout.read(output), compiled)
  checkout.remove(output)
  await completes(build, bundle, ahead)
  checkout.remove('packages/core/dist')
  await completes(build, bundle, ahead)
})

test('bundles the libraries when a bundle is damaged or gone', async () => {
  const output = 'packages/core/bundle/index.js'
  const bundled = checkout.read(output)
  truncateSync(checkout.path(output), 3)
  await completes(bundle, ahead)
  assert.is(checkout.read(output), bundled)
  checkout.remove('packages/core/bundle/package.json')
  await completes(bundle, ahead)
  checkout.remove('packages/core/bundle')
  await completes(bundle, ahead)
})

test('compiles the bundles ahead when that is damaged or gone', async () => {
  const output = checkout.outputs.at(-1)
  truncateSync(checkout.path(output), 3)
  await completes(ahead)
  checkout.remove(output)
  await completes(ahead)
  checkout.remove('packages/core/bundle/code')
  await completes(ahead)
})

test('removes what was compiled from a source that is gone', async () => {
  checkout.write('packages/core/src/two.ts', 'export const two = 2\n')
  await completes(build, bundle, ahead)
  checkout.remove('packages/core/src/two.ts')
  await completes(build, bundle, ahead)
  assert.not(existsSync(checkout.path('packages/core/dist/two.js')))
  assert.not(existsSync(checkout.path('packages/core/dist/two.d.ts')))
})

test('shows the errors of a tool and fails, again and again', async () => {
  checkout.write('packages/core/src/one.ts', `export const one: string = 1\n`)
  for (let attempt = 0; attempt < 2; attempt++) {
    const { code, stdout, stderr } = await checkout.setUp()
    assert.is(code, 1)
    assert.is(stdout, '')
    assert.match(stderr, 'one.ts(1,14): error TS2322')
    assert.match(stderr, 'The sources do not compile.')
  }
  checkout.write('packages/core/src/one.ts', 'export const one = 1\n')
  await completes(build, bundle, ahead)
})

test('names the compiler tools that are missing', async () => {
  checkout.remove('packages/native/build')
  const { code, stderr } = await checkout.setUp({ env: { ...process.env, PATH: checkout.pathWithout(['g++', 'make']) } })
  assert.is(code, 1)
  assert.match(stderr, 'make and g++ not found on PATH')
  assert.match(stderr, 'apt-get install')
  await completes(compile)
})

test('names the version of a Node that is too old', async () => {
  const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.18.3'}})`
  const { code, stderr } = await checkout.setUp({ nodeArgs: ['--import', old] })
  assert.is(code, 1)
  assert.match(stderr, 'Node 20.18.3')
  assert.match(stderr, 'Node 20.19')
})

test.run()
