import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transformSync } from '@swc/core'
import { type BuildOptions, buildSync } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

/**
 * One program (program/main.ts) through the tools that people write, build, test and measure with, each in a process of its own, on both
 * backends: kernels give the right result, or are refused by the code that the documentation names.
 */
watchdog()
const execFileAsync = promisify(execFile)
const core = fileURLToPath(new URL('../..', import.meta.url))
const source = join(core, 'test/toolchains/program')
const modules = ['main', 'calls', 'kernels', 'suffix']
const compiledByTsc = join(core, 'dist-test/toolchains/program')
// Below the package, so that it finds @shoal/core as a program would.
const built = mkdtempSync(join(core, 'dist-test/toolchains/built-'))
const elsewhere = mkdtempSync(join(tmpdir(), 'shoal-toolchains-'))

interface Outcomes {
  readonly [call: string]: unknown
  readonly module?: unknown
}
const right: Outcomes = {
  arrow: 1000,
  method: 1000,
  innerNames: 30,
  newSyntax: 10,
  ranks: [10, 11],
  elements: 15,
  task: 'file',
  module: '1 elements;1 elements;1 elements;',
}

/** Runs Node and finds what the program printed, on threads and on processes; nothing warns. */
async function outcomesOf(...args: string[]): Promise<[threads: Outcomes, processes: Outcomes]> {
  const { stdout, stderr } = await execFileAsync(process.execPath, args, { cwd: core })
  assert.not.match(stderr, 'Warning')
  const printed = /\[\{.*\}\]$/m.exec(stdout)
  if (printed === null) throw new Error(`Expected outcomes in the output but found: ${stdout}`)
  return JSON.parse(printed[0]) as [Outcomes, Outcomes]
}

function bin(path: string): string {
  return join(core, 'node_modules', path)
}

function esbuild(name: string, options: BuildOptions): string {
  const outdir = join(built, name)
  const entryPoints = modules.map((name) => join(source, `${name}.ts`))
  buildSync({ entryPoints, outdir, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error', ...options })
  return join(outdir, 'main.js')
}

const test = suite('toolchains')
test.after(() => {
  rmSync(built, { recursive: true })
  rmSync(elsewhere, { recursive: true })
})

test('tsc', async () => {
  assert.equal(await outcomesOf(join(compiledByTsc, 'main.js')), [right, right])
})

test('tsx; modules of kernels reach threads where Node takes its loader along', async () => {
  const [threads, processes] = await outcomesOf(bin('tsx/dist/cli.mjs'), join(source, 'main.ts'))
  assert.equal(processes, right)
  const module = threads.module === right.module ? right.module : 'SHOAL_KERNEL_MODULE_FAILED'
  assert.equal(threads, { ...right, module })
})

const bundle: BuildOptions = { bundle: true, packages: 'external' }
const forms: [title: string, options: BuildOptions][] = [
  ['file by file', {}],
  ['keepNames', { keepNames: true }],
  ['bundle', bundle],
  ['bundle, keepNames', { ...bundle, keepNames: true }],
  ['bundle, minify', { ...bundle, minify: true }],
]
for (const [title, options] of forms) {
  test(`esbuild: ${title}`, async () => {
    assert.equal(await outcomesOf(esbuild(title.replaceAll(/\W/g, ''), options)), [right, right])
  })
}

test('esbuild: bundle, minify, keepNames refuses named functions inside of kernels, whose helper has lost its name', async () => {
  const refused = { ...right, innerNames: 'SHOAL_KERNEL_FREE_NAME' }
  const main = esbuild('all', { ...bundle, minify: true, keepNames: true })
  assert.equal(await outcomesOf(main), [refused, refused])
})

test('swc', async () => {
  const folder = join(built, 'swc')
  mkdirSync(folder)
  for (const name of modules) {
    const { code } = transformSync(readFileSync(join(source, `${name}.ts`), 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    })
    writeFileSync(join(folder, `${name}.js`), code)
  }
  assert.equal(await outcomesOf(join(folder, 'main.js')), [right, right])
})

test('vitest; workers are plain Node and import no TypeScript', async () => {
  const folder = join(built, 'vitest')
  cpSync(source, folder, { recursive: true })
  const refused = { ...right, module: 'SHOAL_KERNEL_MODULE_FAILED' }
  assert.equal(await outcomesOf(bin('vitest/vitest.mjs'), 'run', '--root', folder), [refused, refused])
})

test('c8', async () => {
  const main = join(compiledByTsc, 'main.js')
  assert.equal(await outcomesOf(bin('c8/bin/c8.js'), '--reporter', 'none', '--temp-directory', elsewhere, process.execPath, main), [
    right,
    right,
  ])
})

test("nyc refuses inline kernels that hold istanbul's counters, and runs those of modules", async () => {
  const folder = join(built, 'nyc')
  await execFileAsync(process.execPath, [bin('nyc/bin/nyc.js'), 'instrument', compiledByTsc, folder], { cwd: core })
  const refused = Object.fromEntries(Object.keys(right).map((name) => [name, 'SHOAL_KERNEL_INSTRUMENTED']))
  const expected = { ...refused, module: right.module }
  assert.equal(await outcomesOf(join(folder, 'main.js')), [expected, expected])
})

test.run()
