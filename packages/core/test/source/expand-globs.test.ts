import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { expandGlobs } from '#internal/source/expand-globs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('globs of textRecords')
const folder = temporaryFolder()
for (const name of ['deep/er', 'folder.log']) mkdirSync(join(folder, name), { recursive: true })
for (const name of ['b.log', 'B.log', 'a.log', '10.log', '9.log', '.hidden.log', 'data[1].log', 'deep/er/c.log', 'folder.log/d.txt']) {
  writeFileSync(join(folder, name), name)
}

const found = (pattern: string): string[] => expandGlobs(join(folder, pattern)).map((path) => relative(folder, path))

test('wildcards stand for files, sorted by their paths', () => {
  assert.equal(found('*.log'), ['10.log', '9.log', 'B.log', 'a.log', 'b.log', 'data[1].log'])
  assert.equal(found('**/c*.log'), ['deep/er/c.log'])
  assert.equal(found('{b,a}.log'), ['a.log', 'b.log'])
  assert.equal(found('[0-9].lo?'), ['9.log'])
})

test('hidden files are meant only by a pattern with the dot', () => {
  assert.equal(found('.*.log'), ['.hidden.log'])
})

test('a folder is no match, and what is in it only by a pattern that goes there', () => {
  assert.throws(() => found('folder*'))
  assert.equal(found('folder*/*'), ['folder.log/d.txt'])
})

test('the name of a file is that file, whatever characters it has', () => {
  assert.equal(found('data[1].log'), ['data[1].log'])
  assert.equal(found('missing.log'), ['missing.log'])
})

function within<T>(own: string, find: () => T): T {
  const from = process.cwd()
  process.chdir(own)
  try {
    return find()
  } finally {
    process.chdir(from)
  }
}

test('a relative pattern gives relative paths', () => {
  assert.equal(
    within(folder, () => expandGlobs('?.log')),
    ['9.log', 'B.log', 'a.log', 'b.log'],
  )
})

test('a pattern that leads back up finds what is in the folder that it comes from, too', () => {
  const here = (pattern: string): string[] => within(join(folder, 'deep/er'), () => expandGlobs(pattern))
  assert.equal(here('../*/c.log'), ['../er/c.log'])
  assert.equal(here('./../../*/*/*.log'), ['../../deep/er/c.log'])
  assert.equal(here('../../[ab].log'), ['../../a.log', '../../b.log'])
  assert.equal(here('../er/../*/?.log'), ['../er/c.log'])
  assert.equal(expandGlobs(`${folder}/deep/er/../*/*.log`), [join(folder, 'deep/er/c.log')])
})

test('a choice at the beginning is between patterns of any kind', () => {
  const here = (pattern: string): string[] => within(join(folder, 'deep/er'), () => expandGlobs(pattern))
  assert.equal(here(`{${folder}/{a,B},../er/?}.log`), ['../er/c.log', join(folder, 'B.log'), join(folder, 'a.log')])
  assert.equal(here('{c,none}.log'), ['c.log'])
  assert.equal(here('{,c,?}.log'), ['c.log'])
  assert.equal(found('{8..9}.log'), ['9.log'])
  assert.throws(() => here('{c,.log*'), /SHOAL_SOURCE_NO_MATCH|found none/)
})

test('** finds linked files, and goes into no linked folder; any other pattern does', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'logs/2024'), { recursive: true })
  writeFileSync(join(root, 'logs/2024/a.log'), '')
  symlinkSync('2024', join(root, 'logs/latest'))
  symlinkSync('..', join(root, 'logs/2024/up'))
  symlinkSync('2024/a.log', join(root, 'logs/b.log'))
  symlinkSync('nowhere', join(root, 'logs/c.log'))
  symlinkSync('d.log', join(root, 'logs/d.log'))
  const here = (pattern: string): string[] => within(root, () => expandGlobs(pattern))
  assert.equal(here('logs/**/*.log'), ['logs/2024/a.log', 'logs/b.log'])
  assert.equal(here('logs/latest/**/*.log'), ['logs/latest/a.log'])
  assert.equal(here('{logs,none}/**'), ['logs/2024/a.log', 'logs/b.log'])
  assert.equal(here('logs/*/*.log'), ['logs/2024/a.log', 'logs/latest/a.log'])
  assert.equal(here('logs/*.log'), ['logs/b.log'])
})

test('a pattern that nothing matches is an error that names it', () => {
  assert.throws(
    () => found('*.csv'),
    (error: ShoalError) => error instanceof ShoalError && error.code === 'SHOAL_SOURCE_NO_MATCH' && error.message.includes('*.csv'),
  )
})

test.run()
