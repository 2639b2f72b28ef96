import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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

test.run()
