import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, defineJob, type JobEvent, type Pool, planJob, range, runJob, type ShoalError, textRecords } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import lateFirst, { lines as lateLines } from './fixtures/late-first.js'
import { inPlace, records, type SlowParams, sum } from './fixtures/slow-jobs.js'
import { abortAfter, abortAtOnce } from './support/abort-after.js'

watchdog()

const test = suite<{ pool: Pool }>('a run that continues another')
const folder = temporaryFolder()
const checkpoint = join(folder, 'checkpoint')
const journal = join(checkpoint, 'journal')
const params: SlowParams = { input: join(folder, 'input'), output: join(folder, 'output'), log: join(folder, 'log'), ms: 0 }
const jobs = { sum, records, inPlace }
const chunkLength = { sum: 256, records: 256, inPlace: 32 }

test.before(async (context) => {
  writeFileSync(params.input, Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 10_007}\n`).join(''))
  context.pool = await createPool({ workers: 2 })
})
test.after(({ pool }) => pool.close())

/** Everything as before the first run. */
function reset(): void {
  rmSync(checkpoint, { recursive: true, force: true })
  for (const name of readdirSync(folder)) if (name.startsWith('output')) rmSync(join(folder, name))
  writeFileSync(params.log, '')
  writeFileSync(params.output, new Uint8Array(Float64Array.from({ length: 3200 }, (_, i) => i).buffer))
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

const rejection = (running: Promise<unknown>): Promise<ShoalError> =>
  running.then(
    () => assert.unreachable('it did not reject') as never,
    (error: ShoalError) => error,
  )

for (const name of ['sum', 'records', 'inPlace'] as const) {
  const options = { params, chunkLength: chunkLength[name], checkpoint, checkpointMs: 0 }

  test(`${name}: ends as an undisturbed one, wherever the other was stopped and whatever of its journal was lost`, async ({ pool }) => {
    reset()
    const expected = { result: await runJob<SlowParams, unknown>(jobs[name], { ...options, pool }), file: hashOf(params.output) }
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.double({ min: 0, max: 1, noNaN: true }), async (commits, part) => {
        reset()
        let result = await runJob<SlowParams, unknown>(jobs[name], { ...options, pool, ...abortAfter(commits) }).catch((error) => error)
        // A run that was done before it was stopped is no run to continue.
        if (result instanceof Error) {
          assert.is((result as ShoalError).code, 'SHOAL_JOB_INTERRUPTED')
          if (existsSync(journal)) truncateSync(journal, Math.round(part * statSync(journal).size))
          result = await runJob<SlowParams, unknown>(jobs[name], { ...options, pool })
        }
        assert.equal({ result, file: hashOf(params.output) }, expected)
        assert.equal(readdirSync(folder).sort(), ['checkpoint', 'input', 'log', 'output'])
        assert.equal(readdirSync(checkpoint), [])
      }),
      { numRuns: 40 },
    )
  })
}

test('does again none of the chunks that were committed', async ({ pool }) => {
  reset()
  const options = { params: { ...params, ms: 5 }, pool, chunkLength: 256, checkpoint, checkpointMs: 0 }
  await rejection(runJob(sum, { ...options, ...abortAfter(2) }))
  const done = readFileSync(params.log, 'latin1').trim().split('\n')
  await runJob(sum, options)
  const all = readFileSync(params.log, 'latin1').trim().split('\n')
  assert.ok(done.length > 1)
  assert.is(new Set(all).size, all.length)
})

test('keeps of each chunk what it came to, though combine has changed that since', async ({ pool }) => {
  reset()
  const [go, end] = [join(folder, 'output.go'), join(folder, 'output.end')]
  const options = { params: { go, end }, pool, chunkLength: 1, checkpoint, checkpointMs: 0 }
  const onEvent = (event: JobEvent): void => {
    if (event.type === 'checkpointed' && event.chunks === 7) writeFileSync(go, '')
  }
  assert.is((await rejection(runJob(lateFirst, { ...options, onEvent }))).message, 'not yet')
  writeFileSync(end, '')
  assert.equal(await runJob(lateFirst, options), [0, 1, 2, 3, 4, 5, 6, 7])
})

test('writes nothing after a chunk that could not be written, and goes on in order', async ({ pool }) => {
  reset()
  const [go, end] = [join(folder, 'output.go'), join(folder, 'output.end')]
  const options = { params: { go, end }, pool, chunkLength: 1, checkpoint, checkpointMs: 0 }
  assert.match((await rejection(runJob(lateLines, options))).message, 'Expected a string or a Uint8Array')
  writeFileSync(end, '')
  await runJob(lateLines, options)
  assert.is(readFileSync(`${go}.lines`, 'utf8'), '0\n1\n2\n3\n4\n5\n6\n7\n')
})

test('refuses an unfinished file that is shorter than what was committed', async ({ pool }) => {
  reset()
  const options = { params, pool, chunkLength: 256, checkpoint, checkpointMs: 0 }
  await rejection(runJob(records, { ...options, ...abortAfter(2) }))
  truncateSync(`${params.output}.partial`, 10)
  assert.is((await rejection(runJob(records, options))).code, 'SHOAL_JOB_OUTPUT_LOST')
})

test('says what an earlier run has done, and counts it as done', async ({ pool }) => {
  reset()
  const options = { params: { ...params, ms: 5 }, pool, chunkLength: 256, checkpoint, checkpointMs: 0 }
  await rejection(runJob(sum, { ...options, ...abortAfter(2) }))
  let resumed: unknown
  let first: { done: number; resumed: number } | undefined
  await runJob(sum, {
    ...options,
    resume: true,
    onEvent: (event) => {
      if (event.type === 'started') resumed = event.resumed
      if (event.type === 'progress') first ??= event
    },
  })
  assert.ok((resumed as { chunks: number }).chunks > 0)
  assert.ok(first!.resumed > 0 && first!.done >= first!.resumed)
})

const smaller = defineJob({
  name: 'smaller',
  version: 2,
  input: ({ input }: { input: string; limit: number }) => textRecords(input),
  chunk: (chunk) => chunk.length,
  combine: (a, b) => a + b,
  finish: (total) => total,
})
const other = defineJob({
  name: 'other',
  version: 3,
  input: ({ input }: { input: string; limit: number }) => textRecords(input),
  chunk: (chunk) => chunk.length,
  combine: (a, b) => a + b,
  finish: (total) => total,
})

test('refuses a checkpoint of another run, naming what differs', async ({ pool }) => {
  reset()
  const options = { params: { input: params.input, limit: 1 }, pool, chunkLength: 256, checkpoint, checkpointMs: 0 }
  await rejection(runJob(smaller, { ...options, ...abortAtOnce() }))
  const refusal = async (running: Promise<unknown>): Promise<string> => {
    const { code, message } = await rejection(running)
    assert.is(code, 'SHOAL_JOB_CHECKPOINT_MISMATCH')
    return /\((.*)\)/.exec(message)![1]!
  }
  assert.is(await refusal(runJob(other, options)), 'job: other instead of smaller; version: 3 instead of 2')
  assert.is(await refusal(runJob(smaller, { ...options, params: { input: params.input, limit: 2 } })), 'param limit')
  const longer = { ...options, chunkLength: 512 }
  assert.is(await refusal(runJob(smaller, longer)), 'chunkLength: 512 instead of 256; chunks: 29 instead of 58')
  assert.equal((await planJob(smaller, longer)).checkpoint!.differences, ['chunkLength: 512 instead of 256', 'chunks: 29 instead of 58'])
  assert.equal((await planJob(smaller, options)).checkpoint!.differences, [])
  const fresh = await planJob(smaller, { ...longer, resume: false })
  assert.equal([fresh.stages[0]!.chunks, fresh.checkpoint!.differences], [29, []])
  const text = readFileSync(params.input)
  utimesSync(params.input, 1, 1)
  assert.is(await refusal(runJob(smaller, options)), `input ${params.input}: time of change`)
  writeFileSync(params.input, 'short\n')
  assert.match(await refusal(runJob(smaller, options)), `input ${params.input}: size 6 instead of `)
  writeFileSync(params.input, text)
  assert.is(await runJob(smaller, { ...options, resume: false }), text.byteLength)
})

test('plans what a run on other workers would be refused for, and nothing else', async ({ pool }) => {
  reset()
  const steps = defineJob({
    name: 'steps',
    program: (context) => {
      for (let step = 0; step < 1e6; step++) context.checkpoint(step)
    },
    finish: () => undefined,
  })
  const options = { params: undefined, checkpoint, checkpointMs: 0 }
  await rejection(runJob(steps, { ...options, pool, ...abortAtOnce() }))
  assert.equal((await planJob(steps, { ...options, pool })).checkpoint!.differences, [])
  assert.equal((await planJob(steps, { ...options, workers: 3 })).checkpoint!.differences, ['workers: 3 instead of 2'])
  reset()
  const lines = { ...options, params, schedule: 'static' } as const
  await rejection(runJob(sum, { ...lines, pool, ...abortAtOnce() }))
  assert.equal((await planJob(sum, { ...lines, workers: 3 })).checkpoint!.differences, [])
  await runJob(sum, { ...lines, workers: 3 })
})

test('with hashInputs, an input may have another time, but no other content', async ({ pool }) => {
  reset()
  const options = { params: { input: params.input, limit: 1 }, pool, chunkLength: 256, checkpoint, checkpointMs: 0, hashInputs: true }
  await rejection(runJob(smaller, { ...options, ...abortAtOnce() }))
  const text = readFileSync(params.input)
  const changed = Buffer.from(text)
  changed[0]! ^= 1
  writeFileSync(params.input, changed)
  assert.match((await rejection(runJob(smaller, options))).message, `input ${params.input}: content`)
  writeFileSync(params.input, text)
  utimesSync(params.input, 2, 2)
  assert.is(await runJob(smaller, options), text.byteLength)
})

test('leaves a file alone that is called as its journal and is none', async ({ pool }) => {
  reset()
  mkdirSync(checkpoint)
  for (const resume of ['auto', false] as const) {
    writeFileSync(journal, 'Dear diary')
    const { code, message } = await rejection(runJob(sum, { params, pool, checkpoint, resume }))
    assert.is(code, 'SHOAL_JOB_CHECKPOINT_FAILED')
    assert.match(message, journal)
    assert.is(readFileSync(journal, 'utf8'), 'Dear diary')
  }
})

test('plans nothing with what a run would refuse to continue from', async ({ pool }) => {
  const plan = async (): Promise<string> => {
    const { code, message } = await rejection(planJob(sum, { params, pool, checkpoint }))
    assert.is(code, 'SHOAL_JOB_CHECKPOINT_FAILED')
    return message
  }
  reset()
  mkdirSync(checkpoint)
  writeFileSync(journal, 'SHOALJ\0\xff', 'latin1')
  assert.match(await plan(), `Expected a journal of this version of Shoal at ${journal}`)
  reset()
  mkdirSync(checkpoint)
  // Nobody writes into it: to wait for somebody would be for ever.
  assert.is(spawnSync('mkfifo', [journal]).status, 0)
  assert.match(await plan(), `The checkpoint ${checkpoint} cannot be used`)
  reset()
  writeFileSync(checkpoint, '')
  assert.match(await plan(), `The checkpoint ${checkpoint} cannot be used`)
})

test('refuses when it insists and there is none', async ({ pool }) => {
  reset()
  const { code } = await rejection(runJob(sum, { params, pool, checkpoint, resume: true }))
  assert.is(code, 'SHOAL_JOB_CHECKPOINT_MISSING')
})

test('refuses while another run has the checkpoint, or writes the same file', async ({ pool }) => {
  reset()
  mkdirSync(checkpoint)
  let inner: Promise<ShoalError>[] | undefined
  await runJob(records, {
    params,
    pool,
    checkpoint,
    onEvent: ({ type }) => {
      if (type !== 'stage') return
      inner = [rejection(runJob(sum, { params, pool, checkpoint })), rejection(runJob(records, { params, pool }))]
    },
  })
  assert.equal(
    (await Promise.all(inner!)).map(({ code }) => code),
    ['SHOAL_JOB_CHECKPOINT_BUSY', 'SHOAL_JOB_OUTPUT_BUSY'],
  )
})

test('refuses when the unfinished file has gone', async ({ pool }) => {
  reset()
  const options = { params, pool, chunkLength: 256, checkpoint, checkpointMs: 0 }
  await rejection(runJob(records, { ...options, ...abortAtOnce() }))
  rmSync(`${params.output}.partial`)
  assert.is((await rejection(runJob(records, options))).code, 'SHOAL_JOB_OUTPUT_LOST')
})

test('refuses parameters that another run could not have', async ({ pool }) => {
  reset()
  const job = defineJob({
    name: 'functions',
    input: (_: () => void) => range(10),
    chunk: (chunk) => chunk.length,
    combine: (a, b) => a + b,
    finish: (total) => total,
  })
  assert.is((await rejection(runJob(job, { params: () => {}, pool, checkpoint }))).code, 'SHOAL_VALUE_UNCLONEABLE')
})

test.run()
