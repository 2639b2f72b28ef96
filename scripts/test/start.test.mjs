import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../setup/paths.mjs'
import { namesInput } from '../start/names-input.mjs'

const test = suite('start')
const folder = mkdtempSync(join(tmpdir(), 'shoal-start-'))
test.after(() => rmSync(folder, { recursive: true }))

function start(...args) {
  return spawnSync('npm', ['start', '--', ...args], { cwd: root, encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' })
}

test('npm start prints the result, and nothing else, on stdout', () => {
  const file = join(folder, 'rows.txt')
  writeFileSync(file, 'Oslo;-1.0\nAbha;20.4\nOslo;2.1\n')
  const { status, stdout, stderr } = start(file, '--workers', '2', '--backend', 'processes')
  assert.is(stdout, '{Abha=20.4/20.4/20.4, Oslo=-1.0/0.6/2.1}\n')
  assert.match(stderr, /^one-billion-rows: 3 rows, .*processes, 2 workers\n$/)
  assert.is(status, 0)
})

test('the exit code of the runner is that of npm start, and its message the only one', () => {
  const missing = start(join(folder, 'missing.txt'))
  assert.is(missing.status, 1)
  assert.is(missing.stdout, '')
  assert.match(missing.stderr, /^shoal: There is no input file '[^\n]*missing\.txt'[^\n]*\n$/)
  assert.is(start('--no-such-option').status, 2)
})

test('a sample is wanted when no argument names an input', () => {
  for (const args of [[], ['--workers', '2'], ['--backend=processes', '--quiet'], ['--json', '--workers', '3']]) {
    assert.not(namesInput(args), args.join(' '))
  }
  for (const args of [['FILE'], ['--workers', '2', 'FILE'], ['FILE', '--json'], ['--param', 'file=FILE'], ['--help'], ['-h']]) {
    assert.ok(namesInput(args), args.join(' '))
  }
})

test('what follows an option of the runner that takes a value is no input', () => {
  const { stdout } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/shoal.js'), 'run', '--help'], { encoding: 'utf8' })
  const valued = [...stdout.matchAll(/^ +--([a-z-]+) <[^>]*>/gm)].map(([, name]) => name).filter((name) => name !== 'param')
  assert.ok(valued.includes('timeout'))
  for (const name of valued) assert.not(namesInput([`--${name}`, 'VALUE']), name)
})

test.run()
