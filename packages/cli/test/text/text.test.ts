import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bytesText, parseBytes } from '../../dist/text/bytes.js'
import { durationText, parseDuration } from '../../dist/text/duration.js'
import { jsonText } from '../../dist/text/json.js'

const test = suite('text')

test('bytes are three digits and a unit', () => {
  const texts = { 0: '0 bytes', 1023: '1023 bytes', 1536: '1.5 KiB', 1048576: '1 MiB', 160432128: '153 MiB', 5368709120: '5 GiB' }
  for (const [bytes, text] of Object.entries(texts)) assert.is(bytesText(Number(bytes)), text)
})

test('sizes are read with or without a unit', () => {
  const sizes = { 4096: 4096, '2k': 2048, '1.5GiB': 1610612736, '512M': 536870912, '1 TB': 1099511627776 }
  for (const [text, bytes] of Object.entries(sizes)) assert.is(parseBytes(text), bytes)
  for (const text of ['', 'many', '-1', '0', '1Q', '99999999T']) assert.is(parseBytes(text), undefined)
})

test('durations are the two largest units', () => {
  const texts = { 0: '0.0 s', 9940: '9.9 s', 59400: '59 s', 200000: '3 min 20 s', 7500000: '2 h 5 min', 90000000: '1 d 1 h' }
  for (const [ms, text] of Object.entries(texts)) assert.is(durationText(Number(ms)), text)
})

test('durations are read as seconds, or with a unit', () => {
  const durations = { 90: 90_000, '1.5m': 90_000, '200ms': 200, '2h': 7_200_000, '10 s': 10_000 }
  for (const [text, ms] of Object.entries(durations)) assert.is(parseDuration(text), ms)
  for (const text of ['', 'soon', '-1', '0', '3 weeks']) assert.is(parseDuration(text), undefined)
})

test('JSON takes what jobs may have for results', () => {
  const value = {
    big: 2n ** 64n,
    floats: Float64Array.of(1, 2.5),
    names: new Set(['a']),
    counts: new Map([['a', 1n]]),
    pairs: new Map([[1, 2]]),
  }
  assert.is(jsonText(value), '{"big":"18446744073709551616","floats":[1,2.5],"names":["a"],"counts":{"a":"1"},"pairs":[[1,2]]}')
  assert.is(jsonText(undefined), undefined)
})

test.run()
