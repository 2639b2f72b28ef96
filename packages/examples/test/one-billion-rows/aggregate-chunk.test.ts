import type { TextChunk } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { aggregateChunk } from '../../dist/one-billion-rows/aggregate-chunk.js'
import { formatStations } from '../../dist/one-billion-rows/format-stations.js'
import { mergeStations, totalRows } from '../../dist/one-billion-rows/station-table.js'
import { awkwardNames } from './awkward-names.js'

const test = suite('aggregateChunk')

const names = awkwardNames(60)
const lines = Array.from({ length: 5_000 }, (_, i) => {
  const tenths = ((i * 7919) % 1999) - 999
  return `${names[(i * 31) % names.length]};${(tenths / 10).toFixed(1)}\n`
})

function chunkOf(first: number, end: number): TextChunk {
  return textChunk(lines.slice(first, end).join(''), Buffer.byteLength(lines.slice(0, first).join('')))
}

function textChunk(text: string, before: number): TextChunk {
  const bytes = Buffer.from(text)
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

const good = ['0.0', '-0.0', '9.9', '-9.9', '00.0', '99.9', '-99.9']
const bad = '| 1 1. .5 1.00 100.0 -100.0 +1.0 --1.0 -1 1,0 1.x x.1 1x.0 x1.0 1/.0 1.: 1.0\r 1.0;2.0 - . -.0 NaN 1e1 \0.0'.split(' ')

test('takes every temperature of the challenge', () => {
  for (let tenths = -999; tenths <= 999; tenths++) good.push((tenths / 10).toFixed(1))
  for (const number of good) {
    const { sum } = aggregateChunk(textChunk(`a;${number}`, 0))
    assert.is(sum[0], Math.round(Number(number) * 10) + 0, number)
  }
})

// Far from the end of the chunk and in its last bytes, where a copy is scanned.
for (const [place, rest] of [
  ['early', 'b;1.0\n'.repeat(100)],
  ['late', 'b;1.0\n'],
  ['last', ''],
] as const) {
  test(`refuses any other temperature, ${place} in the chunk`, () => {
    for (const number of bad) {
      const chunk = textChunk(`a;-1.5\na;${number.replace('|', '')}\n${rest}`, 1_000)
      try {
        aggregateChunk(chunk)
        assert.unreachable(number)
      } catch (error) {
        const { code, byteOffset, path } = error as { code?: string; byteOffset?: number; path?: string }
        assert.equal({ code, byteOffset, path }, { code: 'SHOAL_RECORD_INVALID', byteOffset: 1_007, path: 'test' }, number)
      }
    }
  })
}

test('merging is associative', () => {
  const [a, b, c] = [chunkOf(0, 100), chunkOf(100, 1_000), chunkOf(1_000, 2_000)].map(aggregateChunk)
  assert.equal(mergeStations(mergeStations(a!, b!), c!), mergeStations(a!, mergeStations(b!, c!)))
})

test.run()
