import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { file, folder } from '../../../cli/dist-test/support/files.js'
import { shoal } from '../../../cli/dist-test/support/shoal.js'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { generateSample } from '../../dist/one-billion-rows/sample.js'
import { awkwardNames } from './awkward-names.js'

watchdog()

const test = suite('one-billion-rows')
const job = fileURLToPath(new URL('../../dist/one-billion-rows/job.js', import.meta.url))
const oracle = fileURLToPath(new URL('../../test/one-billion-rows/oracle.py', import.meta.url))
const expected = (path: string) => execFileSync('python3', [oracle, path], { encoding: 'utf8', maxBuffer: 1 << 24 })

/** Both backends must print what the oracle does. */
async function agrees(path: string): Promise<void> {
  const oracleSays = expected(path)
  for (const backend of ['threads', 'processes']) {
    const { code, stdout, stderr } = await shoal('run', job, path, '--workers', '2', '--backend', backend)
    assert.is(code, 0, stderr)
    assert.ok(stdout === oracleSays, `${backend}: ${stdout.slice(0, 200)} instead of ${oracleSays.slice(0, 200)}`)
  }
}

async function sample(name: string, rows: number, names?: readonly string[], mean = 0): Promise<string> {
  const path = `${folder}/${name}`
  await generateSample(path, { rows, seed: rows, ...(names && { stations: names.map((station) => ({ name: station, mean })) }) })
  return path
}

test('equals an independent calculation on three million rows', async () => agrees(await sample('three-million', 3_000_000)))

test('equals it with 10,000 stations, names of up to 100 bytes among them', async () =>
  agrees(await sample('stations', 400_000, awkwardNames(10_000))))

test('equals it with names of 100 bytes of 4-byte characters', async () =>
  agrees(await sample('long-names', 50_000, ['🌡'.repeat(25), `${'🌡'.repeat(24)}abcd`, `abcd${'🌡'.repeat(24)}`])))

test('equals it when all temperatures are negative', async () => agrees(await sample('negative', 50_000, ['Vostok', 'Oymyakon'], -70)))

test('equals it for one row', () => agrees(file('one-row', 'Abha;-0.0\n')))

test('equals it without a final line end', () => agrees(file('no-final-newline', 'Abha;1.0\nAden;99.9\nAbha;-1.5')))

test('rounds means half up and has no minus zero', async () => {
  const path = file('rounding', 'a;0.1\na;0.2\nb;-0.1\nb;-0.2\nc;-0.1\nc;0.0\nd;-0.0\ne;99.9\ne;-99.9\n')
  const { stdout } = await shoal('run', job, path, '--quiet')
  assert.is(stdout, '{a=0.1/0.2/0.2, b=-0.2/-0.1/-0.1, c=-0.1/0.0/0.0, d=0.0/0.0/0.0, e=-99.9/0.0/99.9}\n')
})

test('prints {} for an empty file', async () => {
  const { code, stdout, stderr } = await shoal('run', job, file('empty', ''), '--workers', '2')
  assert.is(stdout, '{}\n')
  assert.match(stderr, /^one-billion-rows: 0 rows, 0 bytes, /)
  assert.is(code, 0)
})

test.run()
