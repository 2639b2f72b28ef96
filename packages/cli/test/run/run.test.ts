import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { file, fixture } from '../support/files.js'
import { bin, shoal, shoalIn } from '../support/shoal.js'
import { shoalOnTerminal } from '../support/terminal.js'

watchdog()

const test = suite('shoal run')
const data = file('data.txt', 'one\ntwo\nthree\n')
const backends = ['threads', 'processes']

for (const backend of backends) {
  test(`prints the result on stdout and one summary line on stderr, with ${backend}`, async () => {
    const { code, stdout, stderr } = await shoal('run', fixture('count-bytes'), data, '--workers', '2', '--backend', backend)
    assert.is(stdout, '{"bytes":14}\n')
    assert.match(stderr, new RegExp(`^count-bytes: 14 rows, 14 bytes, \\d+\\.\\d\\d s, \\d+\\.\\d{3} GB/s, ${backend}, 2 workers\\n$`))
    assert.is(code, 0)
  })
}

test('takes parameters by name, and options before and between the arguments', async () => {
  const { stdout } = await shoal('run', '--quiet', fixture('repeat'), '--param', 'length=3', data)
  assert.is(stdout, 'xxx\n')
})

test('says nothing on stderr with --quiet', async () => {
  const { stdout, stderr } = await shoal('run', fixture('count-bytes'), data, '--quiet')
  assert.is(stdout, '{"bytes":14}\n')
  assert.is(stderr, '')
})

test('writes one JSON object a line to stderr with --json', async () => {
  const { stdout, stderr } = await shoal('run', fixture('count-bytes'), data, '--json', '--workers', '1')
  assert.is(stdout, '{"bytes":14}\n')
  const events = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const { elapsedMs, ...summary } = events.at(-1)!
  assert.equal(summary, { event: 'summary', job: 'count-bytes', backend: 'threads', workers: 1, rows: 14, bytes: 14 })
  assert.type(elapsedMs, 'number')
})

test('draws a bar with rate, time left, chunks and workers on a terminal, and takes it away before the summary', async () => {
  const { code, stdout, terminal } = await shoalOnTerminal(['run', fixture('ticking'), '--chunk-length', '1', '--workers', '2'])
  assert.is(code, 0)
  assert.is(stdout, '{"count":40}\n')
  const bar = /ticking [█░]+ \d+ % \| [\d.]+ k?\/s, \d+\.\d s left, \d+ of 40 chunks, 2 workers/
  assert.match(terminal, bar)
  assert.match(terminal, /ticking: \d\.\d\d s, threads, 2 workers\r\n$/)
})

test('writes a line now and then where stderr is no terminal', async () => {
  const environment = { env: { SHOAL_PROGRESS_MS: '100' } }
  const { stdout, stderr } = await shoalIn(environment, 'run', fixture('ticking'), '--chunk-length', '1', '--workers', '2')
  assert.is(stdout, '{"count":40}\n')
  const lines = stderr.trimEnd().split('\n')
  assert.ok(lines.length > 1)
  for (const line of lines.slice(0, -1)) assert.match(line, /^ticking: \d+ %, [\d.]+ \/s, \d+\.\d s left, \d+ of 40 chunks, 2 workers$/)
})

test('does not cut off a long result when the reader is slow', () => {
  const command = '"$0" "$1" run "$2" "$3" 8000000 --quiet | { head -c 1 > /dev/null; sleep 0.2; wc -c; }'
  const count = execFileSync('sh', ['-c', command, process.execPath, bin, fixture('repeat'), data], { encoding: 'utf8' })
  // head reads a buffer ahead.
  assert.ok(Number(count) > 8_000_001 - 65_536 && Number(count) <= 8_000_000, count)
})

test('is quiet when the reader goes away', () => {
  const command = 'set -o pipefail; "$0" "$1" run "$2" "$3" 8000000 --quiet | head -c 1'
  const args = ['-c', command, process.execPath, bin, fixture('repeat'), data]
  assert.is(execFileSync('bash', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }), 'x')
})

test('runs with stdin closed', () => {
  const command = '"$0" "$1" run "$2" "$3" --quiet <&-'
  assert.is(
    execFileSync('sh', ['-c', command, process.execPath, bin, fixture('count-bytes'), data], { encoding: 'utf8' }),
    '{"bytes":14}\n',
  )
})

test.run()
