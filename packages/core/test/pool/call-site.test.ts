import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('where the program called')
const library = JSON.stringify(import.meta.resolve('@shoal/core'))

/** What a program says that gives a pool a kernel in its third line, after `before` in its first. */
function said(before: string, flags: readonly string[] = [], after = ''): string {
  const file = join(temporaryFolder(), 'program.mjs')
  writeFileSync(
    file,
    `import { createPool } from ${library}; const pool = await createPool({ workers: 1 }); ${before}
const formatter = Error.prepareStackTrace, limit = Error.stackTraceLimit, isOwn = Object.hasOwn(Error, 'prepareStackTrace')
await pool.run(() => missing).catch((error) => console.log(/program[^)]*|unknown place/.exec(error.message)[0]))
console.log(Error.prepareStackTrace === formatter && Error.stackTraceLimit === limit && Object.hasOwn(Error, 'prepareStackTrace') === isOwn)
await pool.close()
${after}`,
  )
  return execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
}

test('is told by file, line and column, and stacks are formatted as before', () => {
  assert.is(said(''), 'program.mjs:3:12\ntrue\n')
})

test('is what a formatter of the program itself says', () => {
  const formatter =
    "Error.prepareStackTrace = (error, sites) => sites.map((site) => '\\n at (' + site.getFileName() + ':' + (site.getLineNumber() + 100) + ':1)').join('')"
  assert.is(said(formatter), 'program.mjs:103:1\ntrue\n')
})

for (const stack of ['[1, null, {}, Symbol()]', '{ __proto__: null }', 'undefined']) {
  test(`is unknown where a formatter of the program makes ${stack} of it`, () => {
    assert.is(said(`Error.prepareStackTrace = () => (${stack})`), 'unknown place\ntrue\n')
  })
}

test('leaves Error without a formatter of its own where it has none', () => {
  assert.is(said('delete Error.prepareStackTrace'), 'program.mjs:3:12\ntrue\n')
})

test('is told where intrinsics are frozen', () => {
  assert.is(said('', ['--frozen-intrinsics', '--no-warnings']), 'program.mjs:3:12\ntrue\n')
})

test('is the place in the source that a source map gives', () => {
  // Every segment says: the first column of line 3 is line 8 of the source.
  const map = { version: 3, sources: ['program.ts'], names: [], mappings: ';;AAOA' }
  const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
  assert.is(said('', ['--enable-source-maps'], comment), 'program.ts:8:1\ntrue\n')
})

test.run()
