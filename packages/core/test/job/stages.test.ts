import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, defineJob, fileOutput, type Pool, runJob, type ShoalError } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { writeState } from '#internal/job/program/program-state.js'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import twoFiles from './fixtures/two-files.js'
import { abortAfter } from './support/abort-after.js'

watchdog()

const test = suite<{ pool: Pool }>('stages, programs and several files, continued')
const folder = temporaryFolder()
const checkpoint = join(folder, 'checkpoint')
const grid = join(folder, 'grid')
const options = { params: grid, checkpoint, checkpointMs: 0, chunkLength: 64 }

test.before(async (context) => {
  context.pool = await createPool({ workers: 2 })
})
test.after(({ pool }) => pool.close())

/** Everything as before the first run. */
function reset(): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
  writeFileSync(grid, new Uint8Array(Float64Array.from({ length: 3200 }, (_, i) => i).buffer))
}

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** What is in place in both stages; the second needs what the first has made. */
const stages = defineJob({
  name: 'stages',
  outputs: (path: string) => ({ grid: fileOutput(path) }),
  stages: [
    {
      input: (_, { outputs }) => outputs.grid.view(Float64Array),
      chunk: ({ view }) => {
        let sum = 0
        for (let i = 0; i < view.length; i++) sum += view[i] = Math.sqrt(view[i]! * 3 + 1)
        return sum
      },
      combine: (a, b) => a + b,
      finish: (sum) => ({ mean: sum / 3200 }),
    },
    {
      input: (_, { outputs }) => outputs.grid.view(Float64Array),
      chunk: ({ view }, _, { previous }) => {
        let sum = 0
        for (let i = 0; i < view.length; i++) sum += view[i] = view[i]! - previous.mean
        return sum
      },
      combine: (a, b) => a + b,
      finish: (sum) => sum,
    },
  ],
})

/** Supersteps that change the file, each what the one before has made; its state has all that it needs. */
const program = defineJob({
  name: 'program',
  outputs: (path: string) => ({ grid: fileOutput(path) }),
  program: (context, _, { outputs }) => {
    const view = outputs.grid.view(Float64Array)
    const half = view.length / context.size
    const own = view.subarray(context.rank * half, (context.rank + 1) * half)
    const saved = context.state as { step: number; own: Float64Array } | undefined
    if (saved !== undefined) own.set(saved.own)
    for (let step = saved?.step ?? 0; step < 12; step++) {
      context.checkpoint({ step, own })
      for (let i = 0; i < own.length; i++) own[i] = own[i]! * 3 + 1
    }
    return context.allReduce(own[0]!, 'sum')
  },
  finish: (sums) => sums[0],
})

const jobs = { stages, program }
for (const name of ['stages', 'program'] as const) {
  const run = (pool: Pool, more: object = {}) => runJob<string, unknown>(jobs[name], { ...options, pool, ...more })

  test(`${name}: ends as an undisturbed one, wherever it was stopped and whatever of its checkpoint was lost`, async ({ pool }) => {
    reset()
    const expected = { result: await run(pool), file: hash(grid) }
    const part = fc.double({ min: 0, max: 1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.nat(8), part, part, async (commits, ofJournal, ofState) => {
        reset()
        let result = await run(pool, name === 'program' ? abortInProgram(commits) : abortAfter(commits)).catch((error) => error)
        if (result instanceof Error) {
          assert.is((result as ShoalError).code, 'SHOAL_JOB_INTERRUPTED', result.stack)
          for (const [file, kept] of [['journal', ofJournal] as const, ['journal.state', ofState] as const]) {
            const path = join(checkpoint, file)
            if (existsSync(path)) truncateSync(path, Math.round(kept * statSync(path).size))
          }
          result = await run(pool)
        }
        assert.equal({ result, file: hash(grid) }, expected)
        assert.equal(readdirSync(folder).sort(), ['checkpoint', 'grid'])
        assert.equal(readdirSync(checkpoint), [])
      }),
      { numRuns: 25 },
    )
  })
}

/** Some milliseconds after it has begun: at a random moment, nothing is waited for. */
function abortInProgram(turns: number): object {
  const control = new AbortController()
  const abort = (): unknown => setTimeout(() => control.abort(new Error('enough')), 3 * turns)
  return { signal: control.signal, onEvent: ({ type }: { type: string }) => type === 'stage' && abort() }
}

test('a program that begins anew, since none of its states is there, finds its files as they were', async ({ pool }) => {
  reset()
  await runJob(program, { ...options, pool })
  const expected = hash(grid)
  reset()
  const first = await rejection(runJob(program, { ...options, pool, ...abortInProgram(0) }))
  assert.is((first as ShoalError).code, 'SHOAL_JOB_INTERRUPTED')
  rmSync(join(checkpoint, 'journal.state'), { force: true })
  // What the earlier run may have done after its last state.
  writeFileSync(`${grid}.partial`, readFileSync(`${grid}.partial`).fill(1), { flag: 'r+' })
  await runJob(program, { ...options, pool })
  assert.is(hash(grid), expected)
})

test('nothing is left of a state that could not be written, nor of one that a killed run was writing', async ({ pool }) => {
  reset()
  // No file can take the name of a folder.
  const state = join(checkpoint, 'journal.state')
  mkdirSync(state, { recursive: true })
  assert.throws(() => writeState(state, { run: 'a run', stage: 0, ranks: 1 }, [Uint8Array.of(1)]), /EISDIR/)
  assert.equal(readdirSync(checkpoint), ['journal.state'])
  mkdirSync(`${state}.new`)
  assert.throws(() => writeState(state, { run: 'a run', stage: 0, ranks: 1 }, [Uint8Array.of(1)]), /^EISDIR: .*, open '.*\.new'/)
  for (const path of [state, `${state}.new`]) rmdirSync(path)
  writeFileSync(join(checkpoint, 'journal.state.new'), 'half a state')
  await runJob(program, { ...options, pool, checkpointMs: 1e6 })
  assert.equal(readdirSync(checkpoint), [])
})

test('a program is refused when the file that it changes is another one', async ({ pool }) => {
  reset()
  await rejection(runJob(program, { ...options, pool, ...abortInProgram(0) }))
  writeFileSync(grid, new Uint8Array(16))
  const error = await rejection(runJob(program, { ...options, pool }))
  assert.is((error as ShoalError).code, 'SHOAL_JOB_CHECKPOINT_MISMATCH')
  assert.match((error as ShoalError).message, `input ${grid}: size 16 instead of 25600`)
})

test('a program that never comes to a checkpoint is ended where nothing is kept of it', async () => {
  const endless = defineJob({
    name: 'endless',
    program: (context) => {
      // Rank 1 does not come.
      if (context.rank === 0) context.barrier()
      for (;;) context.exclusive(() => 0)
    },
    finish: () => 0,
  })
  const error = await rejection(runJob(endless, { params: undefined, workers: 2, ...abortInProgram(3) }))
  assert.is((error as ShoalError).code, 'SHOAL_JOB_INTERRUPTED')
})

test('a run that was stopped between the names of its files gives the other, and does no chunk again', async ({ pool }) => {
  reset()
  const [copy, lines, log] = ['copy', 'lines', 'log'].map((name) => join(folder, name)) as [string, string, string]
  const options = { params: { copy, lines, log }, pool, checkpoint, checkpointMs: 0, chunkLength: 8 }
  // A folder gets the name of the second.
  const onEvent = ({ type }: { type: string }): void => {
    if (type === 'stage') mkdirSync(lines)
  }
  const error = await rejection(runJob(twoFiles, { ...options, onEvent }))
  assert.is((error as ShoalError).code, 'SHOAL_JOB_OUTPUT_FAILED')
  assert.equal(readFileSync(copy), Buffer.alloc(64, 7))
  const begun = readFileSync(log, 'utf8')
  rmdirSync(lines)
  await runJob(twoFiles, options)
  assert.is(readFileSync(lines, 'utf8'), '0\n8\n16\n24\n32\n40\n48\n56\n')
  assert.is(readFileSync(log, 'utf8'), begun)
  assert.equal(readdirSync(folder).sort(), ['checkpoint', 'copy', 'grid', 'lines', 'log'])
})

test.run()
