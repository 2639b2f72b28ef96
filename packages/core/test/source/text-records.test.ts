import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type TextChunk, textRecords } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CuttingOptions } from '#internal/schedule/index.js'
import { open, openReader } from '#internal/source/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('textRecords')
const folder = temporaryFolder()
let files = 0

function fileOf(text: string): string {
  const path = join(folder, `${files++}`)
  writeFileSync(path, text)
  return path
}

function recordsOf(text: string, delimiter: string): string[] {
  const records = text.split(delimiter)
  if (records.at(-1) === '') records.pop()
  return records
}

/** All chunks, in order, as a worker would read them; each is left again at once. */
function readAll<T>(source: ReturnType<typeof textRecords>, options: Partial<CuttingOptions>, look: (chunk: TextChunk) => T[]): T[] {
  const opened = open(source, { width: 2, ...options })
  const reader = openReader(opened.data, opened.cutting, 0, undefined)
  try {
    return Array.from({ length: opened.cutting.count }, (_, index) => look(reader.read(index) as TextChunk)).flat()
  } finally {
    opened.close()
  }
}

const lines = (chunk: TextChunk): string[] => [...chunk.lines()]

test('gives every record once and in order, for any text, delimiter and chunk length', () => {
  const delimiters = fc.constantFrom('\n', '\r\n', ';', '§', '<|>', 'ab')
  const pieces = fc.array(
    fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', 'ü', '😀', 'a', 'b', '\r', '\n', '<', '|', '<|>', 'ab', 'x'.repeat(50))),
  )
  fc.assert(
    fc.property(
      delimiters,
      pieces,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('auto', 'static', 'dynamic', 'guided'),
      (delimiter, parts, chunkLength, schedule) => {
        // Lone surrogates are no UTF-8.
        const text = parts.join(delimiter).toWellFormed()
        const source = textRecords(fileOf(text), { delimiter })
        assert.equal(readAll(source, { chunkLength, schedule }, lines), recordsOf(text, delimiter))
      },
    ),
    { numRuns: 500 },
  )
})

test('a delimiter that overlaps itself ends records where a reader from the beginning sees it, wherever the cuts fall', () => {
  const pieces = fc.array(fc.constantFrom('a', '\n', '\n\n', '\n\n\n', 'aba', 'ab', 'b'), { maxLength: 30 })
  fc.assert(
    fc.property(fc.constantFrom('\n\n', 'aba', 'aa'), pieces, fc.integer({ min: 1, max: 7 }), (delimiter, parts, chunkLength) => {
      const text = parts.join('')
      assert.equal(readAll(textRecords(fileOf(text), { delimiter }), { chunkLength }, lines), recordsOf(text, delimiter))
    }),
    { numRuns: 300 },
  )
})

test('a delimiter may lie across the windows that are searched', () => {
  const window = 64 * 1024
  for (const at of [window - 3, window - 2, window - 1, window, window + 1, 2 * window - 1]) {
    const text = `${'x'.repeat(at)}<=>${'y'.repeat(200_000)}<=>z`
    const read = readAll(textRecords(fileOf(text), { delimiter: '<=>' }), { chunkLength: 1_000 }, (chunk) =>
      [...chunk.records()].map((record) => record.length),
    )
    assert.equal(read, [at, 200_000, 1])
  }
})

test('chunks tile the file: views, starts and ends agree, and extents add up to the total', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 20 })), fc.integer({ min: 1, max: 60 }), (parts, chunkLength) => {
      const path = fileOf(parts.join('\n').toWellFormed())
      const opened = open(textRecords(path), { width: 3, chunkLength })
      const reader = openReader(opened.data, opened.cutting, 0, undefined)
      let [at, extent] = [0, 0]
      for (let index = 0; index < opened.cutting.count; index++) {
        const chunk = reader.read(index) as TextChunk
        assert.equal([chunk.start, chunk.view.length, chunk.length, chunk.path], [at, chunk.end - at, chunk.end - at, path])
        at = chunk.end
        extent += reader.extent(index, index + 1)
      }
      assert.equal([at, extent], [opened.total, opened.total])
      opened.close()
    }),
  )
})

test('one record of 64 MiB in chunks of 64 bytes is searched once, not once a chunk', () => {
  const text = `a\n${'x'.repeat(64 * 2 ** 20)}\nb`
  const read = readAll(textRecords(fileOf(text)), { chunkLength: 64 }, (chunk) =>
    chunk.length === 0 ? [] : [...chunk.records()].map((record) => record.length),
  )
  assert.equal(read, [1, 64 * 2 ** 20, 1])
})

test('chunks may be read in any order, over any files', () => {
  const paths = ['a\nb', '', 'c\nd\ne\n', '\n'].map(fileOf)
  const opened = open(textRecords(paths), { width: 2, chunkLength: 2 })
  const reader = openReader(opened.data, opened.cutting, 0, undefined)
  const indices = Array.from({ length: opened.cutting.count }, (_, index) => index)
  const inOrder = indices.map((index) => lines(reader.read(index) as TextChunk))
  assert.equal(
    indices.reverse().map((index) => lines(reader.read(index) as TextChunk)),
    inOrder.reverse(),
  )
  opened.close()
})

test('a range names the file that its first chunk is in', () => {
  const paths = ['0123456789', '', 'abcdef'].map(fileOf)
  const opened = open(textRecords(paths), { width: 2, chunkLength: 4 })
  assert.equal(opened.rangeOf(1, 2), { start: 4, end: 8, path: paths[0] })
  assert.equal(opened.rangeOf(2, 3), { start: 8, end: 10, path: paths[0] })
  assert.equal(opened.rangeOf(3, 4), { start: 0, end: 4, path: paths[2] })
  assert.equal(opened.rangeOf(4, 5), { start: 4, end: 6, path: paths[2] })
  opened.close()
})

test('takes file URLs, and records() are views into the file', () => {
  const path = fileOf('ab\ncd')
  const buffers = readAll(textRecords(pathToFileURL(path)), {}, (chunk) =>
    [...chunk.records()].map((record) => [record.buffer === chunk.view.buffer, record.length]),
  )
  assert.equal(buffers, [
    [true, 2],
    [true, 2],
  ])
})

test('a sparse file of 5 GiB is cut without reading it whole', () => {
  const path = fileOf('first\n')
  truncateSync(path, 5 * 2 ** 30)
  appendFileSync(path, '\nlast but one\nlast')
  const opened = open(textRecords(path), { width: 2 })
  const reader = openReader(opened.data, opened.cutting, 0, undefined)
  const chunk = reader.read(opened.cutting.count - 1) as TextChunk
  assert.equal([chunk.end, [...chunk.lines()].slice(-2)], [opened.total, ['last but one', 'last']])
  opened.close()
})

test('reads what has another length than it says, or none, as files of the kernel have', () => {
  const version = readFileSync('/proc/version', 'utf8')
  assert.is(statSync('/proc/version').size, 0)
  assert.equal(readAll(textRecords(['/proc/version', fileOf(''), '/sys/class/net/lo/mtu']), { chunkLength: 8 }, lines), [
    ...recordsOf(version, '\n'),
    readFileSync('/sys/class/net/lo/mtu', 'utf8').trim(),
  ])
})

test('says which input is not there', () => {
  assert.throws(() => open(textRecords('/none.txt'), { width: 2 }), /^There is no input file '\/none.txt' \(ENOENT/)
})

test('refuses paths and delimiters that are none', () => {
  for (const path of [42, [1], null, [['x']]])
    assert.throws(
      () => textRecords(path as never),
      (error: Error) => error instanceof TypeError && /path/.test(error.message),
    )
  assert.throws(
    () => textRecords('x', { delimiter: '' }),
    (error: Error) => error instanceof RangeError,
  )
  assert.throws(
    () => textRecords('x', { delimiter: 10 as never }),
    (error: Error) => error instanceof TypeError,
  )
})

test.run()
