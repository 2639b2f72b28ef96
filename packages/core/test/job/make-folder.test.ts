import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeFolder } from '#internal/job/make-folder.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

// Of a thread: what must not happen here is that this one never returns.
watchdog()

const test = suite('folders that are made')
const folder = temporaryFolder()

test('appear with all that they lie in, wherever the path goes', () => {
  mkdirSync(join(folder, 'real'))
  symlinkSync('real', join(folder, 'link'))
  const here = relative('', folder)
  for (const path of ['a', 'b/c/d/', 'e/../f/g', 'link/h', 'a'].map((name) => `${here}/${name}`)) {
    makeFolder(path)
    assert.ok(statSync(path).isDirectory(), path)
  }
  assert.ok(existsSync(join(folder, 'real/h')))
  makeFolder('/')
})

test('are refused where something else has the name, or the place takes none', () => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('nowhere', join(folder, 'dangling'))
  assert.throws(() => makeFolder(join(folder, 'file')), /expected a folder at .*file but found something else/)
  assert.throws(() => makeFolder(join(folder, 'file/x/y')), /expected a folder at .*file but/)
  assert.throws(() => makeFolder(join(folder, 'dangling/x')), /expected a folder at .*dangling but/)
  assert.throws(() => makeFolder('/proc/self/x/y'), /ENOENT.*\/proc\/self\/x/)
})

test.run()
