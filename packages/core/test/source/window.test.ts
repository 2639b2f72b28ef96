import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TextChunk } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type OpenedSource, open, openReader, textRecords, windowOf } from '#internal/source/index.js'
import type { TextSourceData } from '#internal/source/text-files.js'
import type { WindowSourceData } from '#internal/source/window.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('windows of a source')
const folder = temporaryFolder()

function files(...contents: string[]): string[] {
  return contents.map((content, index) => {
    const path = join(folder, `${index}.txt`)
    writeFileSync(path, content)
    return path
  })
}

/** Of chunks `[first, end)`: the files that travel, and what the chunks are. */
function windowAt(opened: OpenedSource, first: number, end: number): { files: string[]; chunks: unknown[] } {
  const { data, cutting } = open(windowOf(opened, first, end), { width: 1 })
  const { base } = data as WindowSourceData
  const reader = openReader(data, cutting, 0, undefined)
  const chunks = Array.from({ length: end - first }, (_, index) => {
    const chunk = reader.read(index) as TextChunk
    return [chunk.index, chunk.path, ...chunk.lines()]
  })
  return { files: (base as TextSourceData).files.map(({ path }) => path), chunks }
}

test('have of many files only those that their chunks are of', () => {
  const [a, b, c, d] = files('1\n2\n', '', '3\n4\n5\n', '6\n') as [string, string, string, string]
  const opened = open(textRecords([a, b, c, d]), { chunkLength: 4, width: 1 })
  try {
    assert.equal(windowAt(opened, 0, 1), { files: [a], chunks: [[0, a, '1', '2']] })
    assert.equal(windowAt(opened, 1, 2), { files: [c], chunks: [[1, c, '3', '4']] })
    assert.equal(windowAt(opened, 2, 4), {
      files: [c, d],
      chunks: [
        [2, c, '5'],
        [3, d, '6'],
      ],
    })
  } finally {
    opened.close()
  }
})

test('of nothing are an empty chunk of the first file', () => {
  const [a, b] = files('', '') as [string, string]
  const opened = open(textRecords([a, b]), { width: 1 })
  try {
    assert.equal(windowAt(opened, 0, 1), { files: [a], chunks: [[0, a]] })
  } finally {
    opened.close()
  }
})

test.run()
