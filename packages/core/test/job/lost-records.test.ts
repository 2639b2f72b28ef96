import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPool, type Pool, runJob } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFrames } from '#internal/job/journal/frames.js'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import { chunks, DIE_AT, program } from './fixtures/staged.js'

watchdog()

const test = suite<{ pool: Pool }>('stages in place, killed, that go on with less than the whole of their journal')
const script = fileURLToPath(new URL('./fixtures/run-staged.js', import.meta.url))
const folder = temporaryFolder()
const kept = join(temporaryFolder(), 'kept')
const grid = join(folder, 'grid')
const partial = `${grid}.partial`
const checkpoint = join(folder, 'checkpoint')
const journal = join(checkpoint, 'journal')
const original = new Uint8Array(Float64Array.from({ length: 1024 }, (_, i) => i).buffer)
const options = { params: grid, checkpoint, checkpointMs: 0, chunkLength: 64 }
const jobs = { chunks, program }

test.before(async (context) => {
  context.pool = await createPool({ workers: 2 })
})
test.after(({ pool }) => pool.close())

function reset(): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
  writeFileSync(grid, original)
  // The same each time: inputs are told by it.
  utimesSync(grid, 1000, 1000)
}

type Files = ReadonlyMap<string, Buffer>

/** What a run leaves that kills itself at a place. Its unfinished file stays the same file, whatever becomes of its name. */
function leftBy(name: 'chunks' | 'program', place: string): Files {
  reset()
  const args = [script, JSON.stringify([name, { ...options, workers: 2 }])]
  const { signal, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, [DIE_AT]: place } })
  assert.is(signal, 'SIGKILL', String(stderr))
  rmSync(kept, { force: true })
  linkSync(partial, kept)
  assert.equal(readdirSync(folder).sort(), ['checkpoint', 'grid', 'grid.partial', 'grid.partial.before'])
  const paths = [folder, checkpoint].flatMap((path) => readdirSync(path).map((name) => join(path, name)))
  return new Map(paths.filter((path) => path !== grid && path !== checkpoint).map((path) => [path, readFileSync(path)]))
}

function restore(files: Files): void {
  reset()
  mkdirSync(checkpoint)
  for (const [path, bytes] of files) {
    if (path === partial) linkSync(kept, partial)
    writeFileSync(path, bytes, { flag: path === partial ? 'r+' : 'w' })
  }
}

/** After each record, and in the head of the next. */
function cuts(bytes: Buffer): number[] {
  const ends = [8]
  for (const { byteLength } of readFrames(bytes).payloads) ends.push(ends.at(-1)! + 8 + byteLength)
  return [0, 7, ...ends.flatMap((end) => [end, end + 3]).filter((end) => end < bytes.byteLength), bytes.byteLength]
}

for (const [name, ...places] of [
  ['chunks', '1:9', '2:9'],
  ['program', '1:3', '2:9'],
] as const) {
  for (const place of places) {
    test(`${name}, killed at ${place}, ends as an undisturbed run, wherever its journal is cut off`, async ({ pool }) => {
      const run = (): Promise<number> => runJob(jobs[name], { ...options, pool })
      reset()
      const expected = { result: await run(), bytes: readFileSync(grid) }
      const left = leftBy(name, place)
      const bytes = left.get(journal)!
      for (const end of cuts(bytes)) {
        for (const hasState of name === 'program' ? [true, false] : [false]) {
          restore(left)
          writeFileSync(journal, bytes.subarray(0, end))
          if (!hasState) rmSync(join(checkpoint, 'journal.state'), { force: true })
          const result = await run()
          assert.is(result, expected.result, `${end} of ${bytes.byteLength} bytes`)
          assert.equal(readFileSync(grid), expected.bytes, `${end} of ${bytes.byteLength} bytes`)
          assert.equal(readdirSync(folder).sort(), ['checkpoint', 'grid'])
          assert.equal(readdirSync(checkpoint), [])
        }
      }
    })
  }
}

test('refuses when what it has kept of a file has gone, or is of another run', async ({ pool }) => {
  const left = leftBy('chunks', '1:9')
  const copy = `${partial}.before`
  for (const spoil of [() => rmSync(copy), () => writeFileSync(copy, '1 another run'.padEnd(64), { flag: 'a' })]) {
    restore(left)
    spoil()
    const { code, message } = await rejection(runJob(chunks, { ...options, pool }))
    assert.is(code, 'SHOAL_JOB_OUTPUT_LOST')
    assert.match(message, copy)
  }
})

/** Cut off where its first stage has begun. */
function restoreBeginning(left: Files): void {
  restore(left)
  const bytes = left.get(journal)!
  const [job, stage] = readFrames(bytes).payloads
  writeFileSync(journal, bytes.subarray(0, 8 + 8 + job!.byteLength + 8 + stage!.byteLength))
}

test('refuses when the file has its name already, and does nothing again on it', async ({ pool }) => {
  restoreBeginning(leftBy('chunks', '1:9'))
  renameSync(partial, grid)
  const bytes = readFileSync(grid)
  const { code } = await rejection(runJob(chunks, { ...options, pool }))
  assert.is(code, 'SHOAL_JOB_OUTPUT_LOST')
  assert.equal(readFileSync(grid), bytes)
})

test('refuses when it insists, and has to begin anew', async ({ pool }) => {
  restoreBeginning(leftBy('chunks', '1:9'))
  const { code, message } = await rejection(runJob(chunks, { ...options, pool, resume: true }))
  assert.is(code, 'SHOAL_JOB_CHECKPOINT_MISSING')
  assert.match(message, 'has lost records')
})

test.run()
