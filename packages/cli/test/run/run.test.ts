import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { file, fixture, folder } from '../support/files.js'
import { bin, shoal, shoalIn } from '../support/shoal.js'
import { shoalOnTerminal } from '../support/terminal.js'

watchdog()

const test = suite('shoal run')
const data = file('data.txt', 'one\ntwo\nthree\n')
const backends = ['threads', 'processes']
const installed = fileURLToPath(new URL('../../node_modules', import.meta.url))

for (const backend of backends) {
  test(`prints the result on stdout and one summary line on stderr, with ${backend}`, async () => {
    const { code, stdout, stderr } = await shoal('run', fixture('count-bytes'), data, '--workers', '2', '--backend', backend)
    assert.is(stdout, '{"bytes":14}\n')
    assert.match(stderr, new RegExp(`^count-bytes: 14 rows, 14 bytes, \\d+\\.\\d\\d s, \\d+(\\.\\d+)? k?B/s, ${backend}, 2 workers\\n$`))
    assert.is(code, 0)
  })
}

test('takes parameters by name, and options before and between the arguments', async () => {
  const { stdout } = await shoal('run', '--quiet', fixture('repeat'), '--param', 'length=3', data)
  assert.is(stdout, 'xxx\n')
})

test('prints results, and tells parameters, that are big integers', async () => {
  const { code, stdout, stderr } = await shoal('run', fixture('big'), '18446744073709551616', '--json')
  assert.is(stdout, '{"product":"55340232221128654848"}\n')
  assert.match(stderr, '"params":{"factor":"18446744073709551616"}')
  assert.is(code, 0)
})

test('says nothing on stderr with --quiet', async () => {
  const { stdout, stderr } = await shoal('run', fixture('count-bytes'), data, '--quiet')
  assert.is(stdout, '{"bytes":14}\n')
  assert.is(stderr, '')
})

test('writes one JSON object a line to stderr with --json: how it starts, its stages, its progress and how it ended', async () => {
  const { stdout, stderr } = await shoal('run', fixture('ticking'), '--json', '--chunk-length', '1', '--workers', '2')
  assert.is(stdout, '{"count":40}\n')
  const events = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const started = events.find(({ event }) => event === 'started')!
  assert.equal([started.job, started.params, started.backend, started.workers], ['ticking', { count: 40 }, 'threads', 2])
  assert.is(events.find(({ event }) => event === 'stage')!.chunks, 40)
  const progress = events.filter(({ event }) => event === 'progress')
  assert.ok(progress.length > 1)
  assert.equal([progress.at(-1)!.done, progress.at(-1)!.total], [40, 40])
  const { elapsedMs, ...summary } = events.at(-1)!
  assert.equal(summary, { event: 'summary', job: 'ticking', backend: 'threads', workers: 2, retries: 0, skipped: 0 })
  assert.type(elapsedMs, 'number')
})

test('takes every option that says how to run', async () => {
  const state = join(folder, 'every option')
  const how =
    '--workers 2 --backend processes --affinity cores --schedule dynamic --chunk-length 4 --retries 1 --timeout 10m --max-memory 64G'
  const { code, stdout } = await shoal('run', fixture('ticking'), ...how.split(' '), '--hash-inputs', '--checkpoint', state, '--quiet')
  assert.is(stdout, '{"count":40}\n')
  assert.is(code, 0)
})

test('says what it would do with --dry-run, and does nothing', async () => {
  const state = join(folder, 'no state')
  const args = ['run', fixture('endless'), data, '--workers', '2', '--backend', 'processes', '--checkpoint', state, '--dry-run']
  const { code, stdout, stderr } = await shoal(...args)
  const [job, workers, work, input, memory, checkpoint] = stdout.split('\n')
  assert.equal([job, workers], ['job         endless', 'workers     2 processes'])
  assert.equal([work, input], ['work        1 chunk, 14 bytes', `input       ${data}, 14 bytes`])
  assert.match(memory!, /^memory {6}about [1-9][\d.]* MiB, /)
  assert.is(checkpoint, `checkpoint  ${state}: nothing there yet`)
  assert.is(stderr, '')
  assert.is(code, 0)
  assert.not(existsSync(state))
  const plan = JSON.parse((await shoal(...args, '--json')).stdout) as { stages: { inputs: unknown }[] }
  assert.equal(plan.stages[0]!.inputs, [{ path: data, byteLength: 14 }])
})

test('writes a report that is one page, and a trace that Perfetto opens', async () => {
  const [report, trace] = [join(folder, 'run.html'), join(folder, 'run.json')]
  const { code } = await shoal('run', fixture('ticking'), '--chunk-length', '1', '--workers', '2', '--report', report, '--trace', trace)
  assert.is(code, 0)
  const [, data] = /<script id="data" type="application\/json">(.*?)<\/script>/.exec(readFileSync(report, 'utf8'))!
  const { ranks, spans } = JSON.parse(data!) as { ranks: number; spans: { chunks: number[]; startMs: number[]; endMs: number[] } }
  assert.is(ranks, 2)
  assert.is(
    spans.chunks.reduce((a, b) => a + b),
    40,
  )
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as {
    traceEvents: { ph: string; name: string; args?: { name?: string } }[]
  }
  const rows = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args!.name)
  assert.equal(rows, ['calls', 'rank 0', 'rank 1'])
  assert.ok(traceEvents.some(({ ph, name }) => ph === 'X' && /^chunk/.test(name)))
})

test('a report replaces the one that is there when it is whole, with its rights, behind its link, and leaves nothing beside', async () => {
  const place = join(folder, 'reports')
  mkdirSync(place)
  const [report, link, dangling] = ['run.html', 'link.html', 'dangling.html'].map((name) => join(place, name)) as [string, string, string]
  writeFileSync(report, 'old', { mode: 0o640 })
  symlinkSync('run.html', link)
  symlinkSync('new.html', dangling)
  const old = statSync(report)
  assert.is((await shoal('run', fixture('count-bytes'), data, '--report', link, '--trace', dangling)).code, 0)
  const { ino, mode } = statSync(report)
  assert.is.not(ino, old.ino)
  assert.is(mode, old.mode)
  assert.match(readFileSync(link, 'utf8'), /^<!doctype html>/i)
  assert.equal(readdirSync(place).sort(), ['dangling.html', 'link.html', 'new.html', 'run.html'])
})

test('a run that fails leaves the report that is there', async () => {
  const report = file('kept.html', 'old')
  assert.is((await shoal('run', fixture('throwing'), '--report', report)).code, 1)
  assert.is(readFileSync(report, 'utf8'), 'old')
})

test('a trace may go to a pipe', () => {
  const script = '"$@" --quiet --trace /dev/stderr 2>&1 > /dev/null | cat'
  const args = [process.execPath, bin, 'run', fixture('count-bytes'), data]
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', ...args], { encoding: 'utf8' })
  assert.ok(JSON.parse(stdout))
})

test('says that the job is done when its report or trace cannot be written', async () => {
  for (const what of ['report', 'trace']) {
    const { code, stdout, stderr } = await shoal('run', fixture('count-bytes'), data, '--quiet', `--${what}`, '/dev/full')
    assert.is(stdout, '{"bytes":14}\n')
    assert.match(stderr, new RegExp(`^shoal: the job is done, but its ${what} /dev/full cannot be written: ENOSPC.*\\n$`))
    assert.is(code, 1)
  }
})

test('runs a job file in TypeScript where Node does, and says so where it does not', async () => {
  const job = file(
    'typed.ts',
    "import { defineJob, range } from '@shoal/core'\nexport default defineJob({ name: 'typed', input: () => range(3 as number), chunk: (chunk) => chunk.length, combine: (a, b) => a + b, finish: (n) => n })\n",
  )
  if (!existsSync(join(folder, 'node_modules'))) symlinkSync(installed, join(folder, 'node_modules'))
  const { code, stdout, stderr } = await shoal('run', job, '--quiet')
  if ((process.features as { typescript?: unknown }).typescript) assert.is(stdout, '3\n')
  else {
    assert.match(stderr, /^shoal: expected a job file in JavaScript: Node .* does not run .*typed\.ts as it is\./)
    assert.is(code, 2)
  }
})

for (const backend of backends)
  test(`runs a job file that was compiled to CommonJS, with a configuration that was, with ${backend}`, async () => {
    const job = file(
      'compiled.cjs',
      "'use strict'\nObject.defineProperty(exports, '__esModule', { value: true })\nconst { defineJob, range } = require('@shoal/core')\nconst two = 2\nexports.default = defineJob({ name: 'compiled', input: () => range(3), chunk: (chunk) => two * chunk.length, combine: (a, b) => a + b, finish: (n) => n })\n",
    )
    const config = file(
      'compiled.config.cjs',
      "Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = { workers: 1, quiet: true }\n",
    )
    if (!existsSync(join(folder, 'node_modules'))) symlinkSync(installed, join(folder, 'node_modules'))
    const { code, stdout, stderr } = await shoal('run', job, '--config', config, '--backend', backend)
    assert.equal([stdout, stderr, code], ['6\n', '', 0])
  })

test('draws a bar with rate, time left, chunks and workers on a terminal, and takes it away before the summary', async () => {
  const { code, stdout, terminal } = await shoalOnTerminal(['run', fixture('ticking'), '--chunk-length', '1', '--workers', '2'])
  assert.is(code, 0)
  assert.is(stdout, '{"count":40}\n')
  const bar = /ticking [█░]+ \d+ % \| [\d.]+ k?\/s, \d+\.\d s left, \d+ of 40 chunks, 2 workers/
  assert.match(terminal, bar)
  assert.match(terminal, /ticking: \d+\.\d\d s, threads, 2 workers\r\n$/)
})

test('draws nothing on a terminal that only knows lines', async () => {
  const { code, terminal } = await shoalOnTerminal(['run', fixture('ticking'), '--chunk-length', '1', '--workers', '2'], [], 'dumb')
  assert.is(code, 0)
  assert.not.ok(terminal.includes('\x1b'))
  assert.not.ok(terminal.includes('░'))
  assert.match(terminal, /ticking: \d+\.\d\d s, threads, 2 workers\r\n$/)
})

test('writes a line now and then where stderr is no terminal', async () => {
  const environment = { env: { SHOAL_PROGRESS_MS: '100' } }
  const { stdout, stderr } = await shoalIn(environment, 'run', fixture('ticking'), '--chunk-length', '1', '--workers', '2')
  assert.is(stdout, '{"count":40}\n')
  const lines = stderr.trimEnd().split('\n')
  assert.ok(lines.length > 1)
  for (const line of lines.slice(0, -1)) assert.match(line, /^ticking: \d+ %, [\d.]+ \/s, \d+\.\d s left, \d+ of 40 chunks, 2 workers$/)
})

test('takes more input files than there may be descriptors', () => {
  const inner = join(folder, 'many files')
  mkdirSync(inner)
  for (let index = 0; index < 1500; index++) writeFileSync(join(inner, String(index)), 'line\n')
  const command = 'ulimit -n 800; "$0" "$1" run "$2" "$3/*" --quiet'
  const args = ['-c', command, process.execPath, bin, fixture('count-bytes'), inner]
  assert.is(execFileSync('sh', args, { encoding: 'utf8' }), '{"bytes":7500}\n')
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

test('goes on when nobody reads stderr any more', () => {
  const command = '{ "$0" "$1" run "$2" --chunk-length 1 --json; echo "exit code $?"; } 2> >(head -n 1 > /dev/null)'
  const args = ['-c', command, process.execPath, bin, fixture('ticking')]
  assert.is(execFileSync('bash', args, { encoding: 'utf8' }), '{"count":40}\nexit code 0\n')
})

test('runs with stdin closed', () => {
  const command = '"$0" "$1" run "$2" "$3" --quiet <&-'
  assert.is(
    execFileSync('sh', ['-c', command, process.execPath, bin, fixture('count-bytes'), data], { encoding: 'utf8' }),
    '{"bytes":14}\n',
  )
})

test.run()
