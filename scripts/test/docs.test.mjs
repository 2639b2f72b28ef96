import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cache, root } from '../setup/paths.mjs'
import { filesUnder } from '../setup/stamp.mjs'

const run = promisify(execFile)
const test = suite('docs')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  // What a registry shows of each.
  ...published().map(({ folder }) => `${folder}/README.md`),
]
const limit = { timeout: 60_000, killSignal: 'SIGKILL' }
const environment = { ...process.env, PATH: `${join(root, 'packages/examples/node_modules/.bin')}:${process.env.PATH}`, NO_COLOR: '1' }

/** A folder a page: its programs, and the files that its fences name (```ts file=name.ts). */
class Page {
  constructor(name) {
    this.name = name
    this.folder = join(cache, 'docs', name.replaceAll('/', '-'))
    this.text = readFileSync(join(root, name), 'utf8')
    this.blocks = [...this.text.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(([, language, file, code]) => ({
      language,
      file,
      code,
    }))
    this.programs = this.blocks.filter(({ language, file }) => language === 'ts' && file === undefined)
    this.sessions = this.blocks.filter(({ language }) => language === 'console')
  }

  write() {
    mkdirSync(this.folder, { recursive: true })
    symlinkSync(join(root, 'packages/examples/node_modules'), join(this.folder, 'node_modules'))
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }')
    for (const [index, { code }] of this.programs.entries()) writeFileSync(join(this.folder, `program-${index}.ts`), code)
    for (const { file, code } of this.blocks) if (file !== undefined) writeFileSync(join(this.folder, file), code)
  }
}

function published() {
  return readdirSync(join(root, 'packages'))
    .map((name) => ({ folder: `packages/${name}`, ...JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) }))
    .filter((manifest) => manifest.private !== true)
}

const written = pages.map((name) => new Page(name))

test.before(() => {
  const folder = join(cache, 'docs')
  rmSync(folder, { recursive: true, force: true })
  for (const page of written) page.write()
  const compilerOptions = {
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    composite: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*/*.ts'] }),
  )
})

test('all programs compile', () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '--project', join(cache, 'docs')], { encoding: 'utf8' })
  } catch (error) {
    assert.unreachable(error.stdout)
  }
})

for (const page of written) {
  for (const [index, { code }] of page.programs.entries()) {
    test(`program ${index + 1} of ${page.name} prints what it says`, async () => {
      const { stdout } = await run(process.execPath, [`program-${index}.js`], { cwd: page.folder, ...limit })
      const said = [...code.matchAll(/^\s*console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text)
      assert.equal(stdout.trimEnd().split('\n').filter(Boolean), said)
    })
  }
  for (const [index, { code }] of page.sessions.entries()) {
    test(`session ${index + 1} of ${page.name} prints what it says`, async () => {
      for (const part of code.split(/^\$ /m).slice(1)) {
        const [command, ...said] = part.trimEnd().split('\n')
        const { stdout } = await run('sh', ['-c', command], { cwd: page.folder, env: environment, ...limit })
        assert.equal(stdout.trimEnd().split('\n').filter(Boolean), said)
      }
    })
  }
  test(`every link of ${page.name} to a file leads somewhere`, () => {
    const links = [...page.text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link)
    const broken = links.filter((link) => !existsSync(resolve(root, dirname(page.name), link)))
    assert.equal(broken, [])
  })
}

test('README.md leads to every page', () => {
  const { text } = written[0]
  assert.equal(
    pages.slice(1).filter((name) => !text.includes(`](${name})`)),
    [],
  )
})

test('every package that is published has its README with it', () => {
  assert.equal(
    published().map(({ name, files }) => [name, files.includes('README.md')]),
    ['@shoal/cli', '@shoal/core', '@shoal/native'].map((name) => [name, true]),
  )
})

test('docs/errors.md lists every code that the sources throw, and no other', () => {
  const codes = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, code]) => code))
  const folders = ['packages/core/src', 'packages/cli/src', 'packages/native/lib']
  const sources = folders.flatMap((folder) => filesUnder(join(root, folder), (name) => name.endsWith('.ts')))
  const thrown = codes(sources.map((path) => readFileSync(path, 'utf8')).join('\n'), /'(SHOAL_[A-Z]+_[A-Z_]+)'/g)
  const listed = codes(readFileSync(join(root, 'docs/errors.md'), 'utf8'), /^\| `(SHOAL_\w+)`/gm)
  assert.equal(
    [...thrown].filter((code) => !listed.has(code)),
    [],
    'thrown but not listed',
  )
  assert.equal(
    [...listed].filter((code) => !thrown.has(code)),
    [],
    'listed but not thrown',
  )
})

test.run()
