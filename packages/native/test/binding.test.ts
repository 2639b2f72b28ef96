import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('loading the addon')
const packageFolder = fileURLToPath(new URL('..', import.meta.url))

function messageOnImport(folder: string, before: string, ...args: string[]): string {
  const library = JSON.stringify(pathToFileURL(join(folder, 'bundle/index.js')))
  const program = `${before}; import(${library}).then(() => console.log('loaded'), (error) => console.log(error.message))`
  return spawnSync(process.execPath, [...args, '-e', program], { encoding: 'utf8' }).stdout
}

test('says how to let it be loaded where node is told to load no addons', () => {
  assert.match(messageOnImport(packageFolder, '', '--no-addons'), /^Shoal needs its native addon, .* leave out --no-addons/)
})

test('says how to build it where there is none, and on which systems it runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))
  try {
    for (const name of ['bundle', 'package.json']) cpSync(join(packageFolder, name), join(folder, name), { recursive: true })
    symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'))
    assert.match(messageOnImport(folder, ''), /^Shoal's native addon is not built for linux, \w+: run npm rebuild @shoal\/native/)
    const elsewhere = `Object.defineProperty(process, 'platform', { value: 'sunos' })`
    assert.match(messageOnImport(folder, elsewhere), /^Shoal runs on Linux, x64 and arm64, but this is sunos/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('is loaded as often as a program asks for it, in one thread, too', () => {
  const library = JSON.stringify(join(packageFolder, 'bundle/index.js'))
  const again = `for (const path of Object.keys(require.cache)) delete require.cache[path]`
  const program = `const one = require(${library}); ${again}; const other = require(${library}); console.log(one.mutexLock === other.mutexLock)`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  assert.is(status, 0, stderr)
  assert.is(stdout, 'false\n')
})

test('says that it must be left out of a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))
  try {
    cpSync(join(packageFolder, 'bundle'), join(folder, 'bundle'), { recursive: true })
    assert.match(messageOnImport(folder, ''), /^Shoal cannot be part of a bundle: .* Leave @shoal\/core out of it/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
