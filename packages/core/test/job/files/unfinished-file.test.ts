import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineJob, fileOutput, range, recordsOutput, runJob } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../../support/rejection.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { watchdog } from '../../support/watchdog.js'
import { inPlace, records, type SlowParams } from '../fixtures/slow-jobs.js'
import { abortAfter } from '../support/abort-after.js'

watchdog()

const test = suite('unfinished files')

function slowParams(): SlowParams {
  const folder = temporaryFolder()
  const params = { input: join(folder, 'input'), output: join(folder, 'output'), log: join(folder, 'log'), ms: 0 }
  writeFileSync(params.input, Array.from({ length: 3000 }, (_, i) => `${i}\n`).join(''))
  return params
}

/** Runs the job in place, but copies the file only when it is told to. */
const slowCopier = `
import fs from 'node:fs'
const { copyFileSync } = fs
fs.copyFileSync = (...args) => {
  fs.writeSync(1, 'copying')
  fs.readSync(0, Buffer.alloc(1))
  copyFileSync(...args)
}
const [jobs, params] = process.argv.slice(1)
const { runJob } = await import('@shoal/core')
const { inPlace } = await import(jobs)
await runJob(inPlace, { params: JSON.parse(params), workers: 1 })
`

test('of two runs in place that begin at once, one is refused, though the file is still being copied', async () => {
  const params = slowParams()
  writeFileSync(params.output, new Uint8Array(Float64Array.from({ length: 640 }, (_, i) => i).buffer))
  const jobs = new URL('../fixtures/slow-jobs.js', import.meta.url)
  const args = ['--input-type=module', '-e', slowCopier, jobs.href, JSON.stringify(params)]
  const other = spawn(process.execPath, args, { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(other, 'exit')
  await once(other.stdout, 'data')
  const [here] = await Promise.allSettled([runJob(inPlace, { params, workers: 1 })])
  other.stdin.end('!')
  assert.equal(await ended, [0, null])
  assert.is(here.status === 'rejected' && here.reason.code, 'SHOAL_JOB_OUTPUT_BUSY')
  assert.is(readFileSync(params.output).readDoubleLE(8), 4)
})

test('a checkpoint is not continued with a file that another run has begun since', async () => {
  const params = { ...slowParams(), ms: 5 }
  const folder = temporaryFolder()
  const options = { workers: 1, chunkLength: 256, checkpointMs: 0 }
  const mine = { ...options, params, checkpoint: join(folder, 'mine') }
  await rejection(runJob(records, { ...mine, ...abortAfter(1) }))
  const theirs = { ...params, input: params.log }
  writeFileSync(params.log, 'other lines\n'.repeat(3000))
  await rejection(runJob(records, { ...options, params: theirs, checkpoint: join(folder, 'theirs'), ...abortAfter(9) }))
  assert.is((await rejection(runJob(records, mine))).code, 'SHOAL_JOB_OUTPUT_LOST')
})

const lines = defineJob({
  name: 'lines',
  input: () => range(10),
  output: (path: string) => recordsOutput(path),
  chunk: (chunk) => `${chunk.start}\n`,
})
const zeros = defineJob({
  name: 'zeros',
  outputs: (path: string) => ({ zeros: fileOutput(path, 100) }),
  input: () => range(10),
  chunk: () => undefined,
})

test('what is no regular file is not replaced by one', async () => {
  const folder = temporaryFolder()
  const [pipe, inner] = [join(folder, 'pipe'), join(folder, 'folder')]
  assert.is(spawnSync('mkfifo', [pipe]).status, 0)
  mkdirSync(inner)
  for (const job of [lines, zeros]) {
    for (const [path, found] of [
      [pipe, 'a device or a pipe'],
      [inner, 'a folder'],
    ] as const) {
      const { code, message } = await rejection(runJob(job, { params: path, workers: 1 }))
      assert.is(code, 'SHOAL_JOB_OUTPUT_FAILED')
      assert.match(message, `The output ${path} cannot be written: expected a regular file there, or none, but found ${found}`)
    }
  }
  assert.equal(readdirSync(folder).sort(), ['folder', 'pipe'])
})

test('a file keeps its rights when it is replaced', async () => {
  const path = join(temporaryFolder(), 'private')
  writeFileSync(path, 'before', { mode: 0o600 })
  for (const job of [lines, zeros]) {
    await runJob(job, { params: path, workers: 1 })
    assert.is(statSync(path).mode & 0o777, 0o600)
  }
})

// Others may give no file away.
if (process.getuid!() === 0)
  test('a file keeps its owner when it is replaced', async () => {
    const path = join(temporaryFolder(), 'of somebody')
    writeFileSync(path, 'before', { mode: 0o600 })
    chownSync(path, 12_345, 54_321)
    for (const job of [lines, zeros]) {
      await runJob(job, { params: path, workers: 1 })
      const { uid, gid, mode } = statSync(path)
      assert.equal([uid, gid, mode & 0o777], [12_345, 54_321, 0o600])
    }
  })

test('what a link points at is replaced, be it there or not, and the link stays', async () => {
  const folder = temporaryFolder()
  const at = (name: string): string => join(folder, name)
  mkdirSync(at('real/deep'), { recursive: true })
  writeFileSync(at('real/there'), 'before')
  symlinkSync('real/deep', at('folder'))
  symlinkSync('../there', at('folder/there'))
  symlinkSync('../not there', at('folder/dangling'))
  symlinkSync('folder/there', at('to a link'))
  for (const job of [lines, zeros]) {
    for (const [path, target] of [
      ['folder/there', 'real/there'],
      ['to a link', 'real/there'],
      ['folder/dangling', 'real/not there'],
      ['folder/plain', 'real/deep/plain'],
    ] as const) {
      await runJob(job, { params: at(path), workers: 1 })
      assert.is(readFileSync(at(target)).length, job === lines ? 20 : 100, path)
      assert.is(lstatSync(at(path)).isSymbolicLink(), path !== 'folder/plain')
    }
  }
  assert.equal(readdirSync(at('real')).sort(), ['deep', 'not there', 'there'])
  assert.equal(readdirSync(at('real/deep')).sort(), ['dangling', 'plain', 'there'])
})

test('a checkpoint is continued upon what a link points at, and refused when that is another file', async () => {
  const params = { ...slowParams(), ms: 5 }
  const folder = temporaryFolder()
  symlinkSync(join(folder, 'one'), params.output)
  const options = { params, workers: 1, chunkLength: 256, checkpointMs: 0, checkpoint: join(folder, 'state') }
  await rejection(runJob(records, { ...options, ...abortAfter(1) }))
  assert.equal(readdirSync(folder).sort(), ['one.partial', 'state'])
  unlinkSync(params.output)
  symlinkSync(join(folder, 'another'), params.output)
  assert.is((await rejection(runJob(records, options))).code, 'SHOAL_JOB_OUTPUT_LOST')
  unlinkSync(params.output)
  symlinkSync(join(folder, 'one'), params.output)
  await runJob(records, options)
  assert.equal(readdirSync(folder).sort(), ['one', 'state'])
})

test('a job in place works on what a link points at, in later stages too', async () => {
  const folder = temporaryFolder()
  const [path, target] = [join(folder, 'link'), join(folder, 'target')]
  writeFileSync(target, Uint8Array.of(1, 2, 3))
  symlinkSync('target', path)
  const twice = defineJob({
    name: 'twice',
    outputs: (file: string) => ({ file: fileOutput(file) }),
    stages: [
      {
        input: (_, { outputs }) => outputs.file.view(Uint8Array),
        chunk: ({ view }) => {
          for (let i = 0; i < view.length; i++) view[i]! *= 2
        },
      },
      {
        input: (_, { outputs }) => outputs.file.view(Uint8Array),
        chunk: ({ view }) => {
          for (let i = 0; i < view.length; i++) view[i]! *= 2
        },
      },
    ],
  })
  await runJob(twice, { params: path, workers: 1, checkpoint: join(folder, 'state') })
  assert.equal([...readFileSync(target)], [4, 8, 12])
  assert.ok(lstatSync(path).isSymbolicLink())
  assert.equal(readdirSync(folder).sort(), ['link', 'state', 'target'])
})

test('links in a circle, links to what is no file and files that are open already are refused', async () => {
  const folder = temporaryFolder()
  const at = (name: string): string => join(folder, name)
  symlinkSync(at('b'), at('a'))
  symlinkSync(at('a'), at('b'))
  symlinkSync('/dev/null', at('null'))
  const open = openSync(at('open'), 'w')
  symlinkSync(`/proc/self/fd/${open}`, at('stdout'))
  for (const [name, message] of [
    ['a', /ELOOP/],
    ['null', /a device or a pipe/],
    ['stdout', /expected a file of its own there but found one that is open already/],
  ] as const) {
    const { code, message: said } = await rejection(runJob(lines, { params: at(name), workers: 1 }))
    assert.is(code, 'SHOAL_JOB_OUTPUT_FAILED')
    assert.match(said, message)
  }
  closeSync(open)
  assert.equal(readdirSync(folder).sort(), ['a', 'b', 'null', 'open', 'stdout'])
})

test.run()
