import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fixedRecords, type RecordChunk, RecordError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CuttingOptions } from '#internal/schedule/index.js'
import { open, openReader } from '#internal/source/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('fixedRecords')
const folder = temporaryFolder()
let files = 0

function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${files++}`)
  writeFileSync(path, bytes)
  return path
}

function readAll<T>(source: ReturnType<typeof fixedRecords>, options: Partial<CuttingOptions>, look: (chunk: RecordChunk) => T[]): T[] {
  const opened = open(source, { width: 2, ...options })
  const reader = openReader(opened.data, opened.cutting, 0, undefined)
  try {
    return Array.from({ length: opened.cutting.count }, (_, index) => look(reader.read(index) as RecordChunk)).flat()
  } finally {
    opened.close()
  }
}

/** 50 records of an index and its square, after a header. */
function squares(header: number): string {
  const bytes = new DataView(new ArrayBuffer(header + 50 * 12))
  for (let i = 0; i < 50; i++) {
    bytes.setUint32(header + i * 12, i, true)
    bytes.setFloat64(header + i * 12 + 4, i * i, true)
  }
  return fileOf(new Uint8Array(bytes.buffer))
}

test('data reads numbers at any offset, whatever the header does to their alignment', () => {
  for (const header of [0, 1, 16]) {
    const source = fixedRecords(pathToFileURL(squares(header)), { byteLength: 12, header })
    for (const options of [{}, { chunkLength: 7 }, { schedule: 'static' }, { schedule: 'guided', unit: 3 }] as const) {
      const read = readAll(source, options, ({ data, length }) =>
        Array.from({ length }, (_, i) => [data.getUint32(i * 12, true), data.getFloat64(i * 12 + 4, true)]),
      )
      assert.equal(
        read,
        Array.from({ length: 50 }, (_, i) => [i, i * i]),
      )
    }
  }
})

test('start, end and length count records; view has the bytes of the chunk, source those of all', () => {
  const path = squares(5)
  readAll(fixedRecords(path, { byteLength: 12, header: 5 }), { chunkLength: 8 }, ({ start, end, length, view, data, source, ...chunk }) => {
    assert.equal([length, view.length, data.byteLength, source.length], [end - start, length * 12, length * 12, 600])
    assert.equal([start % 8, chunk.path], [0, path])
    assert.is(view.byteOffset, source.byteOffset + start * 12)
    assert.is(view[0], start)
    return []
  })
})

test('a range counts records and names the file', () => {
  const path = squares(8)
  const opened = open(fixedRecords(path, { byteLength: 12, header: 8 }), { width: 1, chunkLength: 20 })
  assert.equal([opened.total, opened.rangeOf(2, 3)], [50, { start: 40, end: 50, path }])
  opened.close()
})

test('a file of a header alone, and an empty one, have no records', () => {
  for (const header of [0, 10]) {
    const source = fixedRecords(fileOf(new Uint8Array(header)), { byteLength: 4, header })
    const opened = open(source, { width: 1 })
    assert.is(opened.cutting.count, 0)
    // Where a result is wanted, an empty source is one empty chunk.
    const chunk = openReader(opened.data, { ...opened.cutting, count: 1 }, 0, undefined).read(0) as RecordChunk
    assert.equal([chunk.length, chunk.view.length, chunk.data.byteLength, chunk.source.length], [0, 0, 0, 0])
    opened.close()
  }
})

test('a file that ends within a record, or the header, is a RecordError that says where', () => {
  const path = fileOf(new Uint8Array(39))
  const within = (options: { byteLength: number; header: number }, message: RegExp, byteOffset: number): void =>
    assert.throws(
      () => open(fixedRecords(path, options), { width: 1 }),
      (error: RecordError) => error instanceof RecordError && message.test(error.message) && error.byteOffset === byteOffset,
    )
  within({ byteLength: 12, header: 4 }, /the last one has 11/, 28)
  within({ byteLength: 12, header: 40 }, /a header of 40 bytes .* has 39/, 0)
})

test('a file of 20 GiB of holes is read record by record', () => {
  const path = fileOf(new Uint8Array(0))
  truncateSync(path, 20 * 2 ** 30)
  const opened = open(fixedRecords(path, { byteLength: 2 ** 20 }), { width: 2 })
  const chunk = openReader(opened.data, opened.cutting, 0, undefined).read(opened.cutting.count - 1) as RecordChunk
  assert.equal([opened.total, chunk.end, chunk.view[0], chunk.data.getFloat64(8)], [20 * 2 ** 10, 20 * 2 ** 10, 0, 0])
  opened.close()
})

test('refuses lengths and paths that are none', () => {
  const refused: [unknown, unknown, ErrorConstructor, RegExp][] = [
    [1, { byteLength: 4 }, TypeError, /path/],
    ['x', undefined, TypeError, /options/],
    ['x', {}, TypeError, /byteLength/],
    ['x', { byteLength: 0 }, RangeError, /from 1 for byteLength/],
    ['x', { byteLength: 4, header: -1 }, RangeError, /from 0 for header/],
    ['x', { byteLength: 4, header: '8' }, TypeError, /header/],
  ]
  for (const [path, options, Type, message] of refused) {
    assert.throws(
      () => fixedRecords(path as string, options as { byteLength: number }),
      (error: Error) => error instanceof Type && message.test(error.message),
    )
  }
})

test.run()
