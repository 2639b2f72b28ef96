import type { TextChunk } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { aggregateChunk } from '../../dist/one-billion-rows/aggregate-chunk.js'
import { formatStations } from '../../dist/one-billion-rows/format-stations.js'
import { mergeStations, totalRows } from '../../dist/one-billion-rows/station-table.js'
import { awkwardNames } from './data.js'

const test = suite('aggregateChunk')

const names = awkwardNames(60)
const lines = Array.from({ length: 5_000 }, (_, i) => {
  const tenths = ((i * 7919) % 1999) - 999
  return `${names[(i * 31) % names.length]};${(tenths / 10).toFixed(1)}\n`
})

function chunkOf(first: number, end: number): TextChunk {
  const before = Buffer.byteLength(lines.slice(0, first).join(''))
  const bytes = Buffer.from(lines.slice(first, end).join(''))
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length))
  view.set(bytes)
  return { view, path: 'test', start: before, end: before + view.length, length: view.length } as TextChunk
}

test('gives the same total however the file is cut', () => {
  const whole = formatStations(aggregateChunk(chunkOf(0, lines.length)), 'test')
  for (const step of [1, 2, 7, 64, 333, 4_999]) {
    let total = aggregateChunk(chunkOf(0, step))
    for (let first = step; first < lines.length; first += step) total = mergeStations(total, aggregateChunk(chunkOf(first, first + step)))
    assert.is(totalRows(total), lines.length)
    assert.is(formatStations(total, 'test'), whole)
  }
})

test('knows where the file brings each station', () => {
  const total = mergeStations(aggregateChunk(chunkOf(0, 20)), aggregateChunk(chunkOf(20, 200)))
  assert.is(total.count, names.length)
  const offsets = lines.slice(0, names.length).map((_, i) => chunkOf(i, i + 1).start)
  assert.equal([...total.firstLine], offsets)
})

test('merging is associative', () => {
  const [a, b, c] = [chunkOf(0, 100), chunkOf(100, 1_000), chunkOf(1_000, 2_000)].map(aggregateChunk)
  assert.equal(mergeStations(mergeStations(a!, b!), c!), mergeStations(a!, mergeStations(b!, c!)))
})

test.run()
