import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transformSync } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryRegistry } from '../support/temporary-registry.js'
import { watchdog } from '../support/watchdog.js'
import { type Run, runs } from './runs.js'
import { unfinished } from './unfinished.js'

watchdog()
const execFileAsync = promisify(execFile)
const core = fileURLToPath(new URL('../..', import.meta.url))
const source = join(core, 'test/programs')
const names = readdirSync(source)
  .filter((file) => /^\d\d-.*\.ts$/.test(file))
  .map((file) => file.slice(0, -'.ts'.length))

/** The oldest compiler that users may have, and ours. */
const compilers = ['typescript-5.7', 'typescript']

/** What the compilers complain about, by program. */
async function complaints(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const compiler of compilers) {
    const tsc = join(dirname(createRequire(import.meta.url).resolve(`${compiler}/package.json`)), 'bin/tsc')
    const args = [tsc, '-p', join(source, 'tsconfig.json'), '--pretty', 'false']
    const output = await execFileAsync(process.execPath, args, { cwd: core }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    )
    for (const line of output.split('\n').filter(Boolean)) {
      const name = /(?:^|\/)([\w-]+)\.c?ts\(/.exec(line)?.[1] ?? 'none'
      found.set(name, [...(found.get(name) ?? []), `${compiler}: ${line}`])
    }
  }
  return found
}

/** Its types taken away, its sizes made smaller, and its result printed. */
function javascript(name: string, { smaller = [], before = '', result }: Run): string {
  let text = readFileSync(join(source, `${name}.ts`), 'utf8')
  for (const [written, run] of smaller) {
    assert.ok(text.includes(written), `${name} no longer holds ${written}`)
    text = text.replace(written, run)
  }
  const whole = `${before}\n;${text}\n;console.log('result: ' + JSON.stringify(${result}))\n`
  return transformSync(whole, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
  }).code
}

/** Runs the program in a folder of its own. */
async function resultOf(name: string, parent: string): Promise<unknown> {
  const run = runs[name]!
  const folder = join(parent, name)
  mkdirSync(folder)
  for (const [path, content] of Object.entries(run.files ?? {})) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  writeFileSync(join(folder, `${name}.js`), javascript(name, run))
  cpSync(fileURLToPath(new URL('./kernels.js', import.meta.url)), join(folder, 'kernels.js'))
  const env = { ...process.env, SHOAL_REGISTRY: temporaryRegistry() }
  const preload = `--import=data:text/javascript,${encodeURIComponent(run.globals ?? '')}`
  const { stdout } = await execFileAsync(process.execPath, [preload, `${name}.js`], { cwd: folder, env })
  return JSON.parse(/^result: (.*)$/m.exec(stdout)![1]!)
}

const test = suite<{ found: Map<string, string[]>; folder: string }>('user programs')

test.before(async (context) => {
  context.found = await complaints()
  // Below the package, so that they find @shoal/core.
  context.folder = mkdtempSync(join(core, 'dist-test/programs/run-'))
})
test.after(({ folder }) => rmSync(folder, { recursive: true }))

test('only programs that are there are listed as unfinished or to be run', () => {
  assert.equal(
    [...Object.keys(unfinished), ...Object.keys(runs)].filter((name) => !names.includes(name)),
    [],
  )
  assert.equal(
    names.filter((name) => !(name in runs)),
    [],
  )
})

test('a CommonJS module that imports compiles', ({ found }) => assert.equal(found.get('required') ?? [], []))

for (const name of names) {
  const { until, waitsFor } = unfinished[name] ?? {}
  if (until === 'compiles') {
    test(`${name} does not compile before there is ${waitsFor}`, ({ found }) => {
      assert.ok(found.has(name), `${name} compiles: take it from the list of unfinished programs`)
    })
    continue
  }
  test(`${name} compiles`, ({ found }) => assert.equal(found.get(name) ?? [], []))

  if (until === 'runs') {
    test(`${name} does not run before there is ${waitsFor}`, async ({ folder }) => {
      const hasRun = await resultOf(name, folder).then(
        () => true,
        () => false,
      )
      assert.not(hasRun, `${name} runs: take it from the list of unfinished programs`)
    })
    continue
  }
  test(`${name} runs`, async ({ folder }) => assert.equal(await resultOf(name, folder), runs[name]!.expected))
}

test.run()
