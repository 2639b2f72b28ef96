import { appendFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { file, folder } from '../../../cli/dist-test/support/files.js'
import { shoal } from '../../../cli/dist-test/support/shoal.js'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { generateSample } from '../../dist/one-billion-rows/sample.js'
import { awkwardNames } from './awkward-names.js'

watchdog()

const test = suite('one-billion-rows, bad input')
const job = fileURLToPath(new URL('../../dist/one-billion-rows/job.js', import.meta.url))

/** Every backend and worker count must report the same line of the same file. */
async function fails(path: string, reason: string, byteOffset: number, line: number): Promise<void> {
  const stderr = `shoal: ${path}: ${reason} (byte offset ${byteOffset}, line ${line})\n`
  for (const options of [
    ['--workers', '1'],
    ['--workers', '3'],
    ['--backend', 'processes', '--workers', '2'],
  ]) {
    assert.equal(await shoal('run', job, path, ...options), { code: 1, signal: null, stdout: '', stderr })
  }
}

function rejects(title: string, row: string | Uint8Array, reason: string): void {
  test(`reports ${title}`, () => {
    const before = 'Abha;1.0\nÅrhus;-2.0\n'
    const path = file(
      `bad-${title.replace(/\W/g, '-')}`,
      Buffer.concat([Buffer.from(before), Buffer.from(row), Buffer.from('\nAbha;1.0\n')]),
    )
    return fails(path, reason, Buffer.byteLength(before), 3)
  })
}

const noSemicolon = "expected 'station;temperature' but found a line without a semicolon"
const noTemperature = (found: string) => `expected a temperature from -99.9 to 99.9 with one decimal but found ${JSON.stringify(found)}`

rejects('an empty line', '', noSemicolon)
rejects('a line without a semicolon', 'Abha 1.0', noSemicolon)
rejects('a long line without a semicolon', 'x'.repeat(1000), noSemicolon)
rejects('a row without a name', ';1.0', 'expected a station name before the semicolon but found none')
rejects('a name of 101 bytes', `${'x'.repeat(101)};1.0`, 'expected a station name of at most 100 bytes but found 101')
rejects('a NUL in a name', 'A\0b;1.0', 'expected a station name but found a NUL byte in it')
rejects('a name that is not UTF-8', Buffer.from('C\xf4te;1.0', 'latin1'), 'expected a station name in UTF-8 but found other bytes')
rejects('a bad number', 'Abha;100.0', noTemperature('100.0'))
rejects('a carriage return', 'Abha;1.0\r', noTemperature('1.0\r'))

test('reports a bad last line that has no line end', () => fails(file('bad-end', 'Abha;1.0\nAbha'), noSemicolon, 9, 2))

test('reports the first of several bad lines, however many chunks it is from the start', async () => {
  const path = `${folder}/late`
  await generateSample(path, { rows: 300_000 })
  const byteOffset = readFileSync(path).length
  appendFileSync(path, 'bad\nAbha;1.0\n')
  appendFileSync(path, readFileSync(path))
  await fails(path, noSemicolon, byteOffset, 300_001)
})

test('reports the line that brings the 10,001st station', async () => {
  const rows = awkwardNames(10_001).map((name) => `${name};1.0\n`)
  const before = Buffer.from([...rows.slice(0, 10_000), ...rows.slice(0, 10_000)].join(''))
  const path = file('stations', Buffer.concat([before, Buffer.from(rows.slice(5_000).join(''))]))
  const repeated = Buffer.byteLength(rows.slice(5_000, 10_000).join(''))
  await fails(path, 'expected at most 10000 different stations but found one more', before.length + repeated, 25_001)
})

test.run()
