import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  createPool,
  defineJob,
  type Job,
  type JobEvent,
  type JobReport,
  type Progress,
  range,
  recordsOutput,
  runJob,
  type ShoalError,
  sourceFrom,
  textRecords,
} from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withFakeTimers } from '../support/fake-timers.js'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import lengths from './fixtures/lengths.js'

watchdog()

const test = suite('runJob')
const file = join(temporaryFolder(), 'data.txt')
writeFileSync(file, 'one\ntwo\nthree\n'.repeat(20_000))
const bytes = 280_000

const failing: Job<{ file: string }, number> = defineJob({
  name: 'failing',
  input: (params: { file: string }) => textRecords(params.file),
  chunk: (chunk): number => {
    throw new RangeError(`no chunk at ${chunk.start}`)
  },
  combine: (a) => a,
  finish: (total) => total,
})

for (const backend of ['threads', 'processes'] as const) {
  test(`runs kernels that use their module, and reports what it did, with ${backend}`, async () => {
    let report: JobReport | undefined
    let last: Progress | undefined
    const result = await runJob(lengths, {
      params: { file },
      workers: 2,
      backend,
      onProgress: (progress) => {
        last = progress
      },
      onReport: (given) => {
        report = given
      },
    })
    assert.equal(result, { total: 2 * bytes, file })
    const { elapsedMs, ...facts } = report!
    assert.equal(facts, { backend, workers: 2, rows: bytes, bytes })
    assert.ok(elapsedMs > 0)
    assert.equal([last?.done, last?.total], [bytes, bytes])
  })

  test(`throws what the lowest failing chunk threw, with ${backend}`, async () => {
    const error = await runJob(failing, { params: { file }, workers: 2, backend }).catch((thrown: unknown) => thrown)
    assert.instance(error, RangeError)
    assert.is((error as Error).message, 'no chunk at 0')
  })
}

test('runs a job defined in place, whose kernels stand alone', async () => {
  const job = defineJob({
    name: 'longest',
    input: (path: string) => textRecords(path),
    chunk: (chunk) => Math.max(...Array.from(chunk.lines(), (line) => line.length)),
    combine: (a, b) => Math.max(a, b),
    finish: (longest) => `${longest} letters`,
  })
  assert.is(await runJob(job, { params: file, workers: 1 }), '5 letters')
})

test('waits for an async finish, before the next stage and before files get their names', async () => {
  const output = join(dirname(file), 'lines')
  const job = defineJob({
    name: 'async finish',
    stages: [
      {
        input: (_: string) => range(10),
        chunk: (chunk) => chunk.length,
        combine: (a, b) => a + b,
        finish: async (count) => ({ count }),
      },
      {
        input: (_, { previous }) => range(previous.count),
        output: (path) => recordsOutput(path),
        chunk: (chunk, _, { previous }) => `${chunk.start} of ${previous.count}`,
        finish: async (written) => {
          if (existsSync(written.path)) return written.byteLength
          throw new Error('there is none yet')
        },
      },
    ],
  })
  const running = (): Promise<unknown> => runJob(job, { params: output, workers: 1, chunkLength: 10 })
  assert.is((await rejection(running())).message, 'there is none yet')
  assert.not.ok(existsSync(output))
  writeFileSync(output, '')
  assert.is(await running(), 7)
})

test('with a checkpoint leaves no timer behind, which would keep the program from its end', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const checkpoint = join(dirname(file), 'kept')
  const before = timers()
  assert.is(await runJob(lengths, { params: { file }, workers: 1, checkpoint, checkpointMs: 1e6 }).then(({ total }) => total), 2 * bytes)
  assert.is(timers(), before)
})

test('takes times that are longer than a timer can be', async () => {
  const { setTimeout: real } = globalThis
  const longest = 2 ** 31 - 1
  let tooLong = 0
  // The longest is over at once.
  const quick = (call: () => void, ms?: number): NodeJS.Timeout => {
    if (ms !== undefined && ms > longest) tooLong++
    return real(call, ms === longest ? 1 : ms)
  }
  globalThis.setTimeout = Object.assign(quick, { __promisify__: real.__promisify__ }) as typeof real
  try {
    const checkpoint = join(dirname(file), 'months')
    const options = { params: { file }, workers: 1, checkpoint, checkpointMs: 2 ** 50, timeoutMs: 2 ** 50 }
    assert.is(await runJob(lengths, options).then(({ total }) => total), 2 * bytes)
    assert.is(tooLong, 0)
  } finally {
    globalThis.setTimeout = real
  }
})

test('whose checkpoint somebody removes meanwhile ends as any other, and leaves alone what has its name then', async () => {
  const checkpoint = join(dirname(file), 'removed')
  for (const isAnother of [false, true]) {
    const onEvent = ({ type }: JobEvent): void => {
      if (type !== 'stage') return
      rmSync(checkpoint, { recursive: true })
      if (!isAnother) return
      mkdirSync(checkpoint)
      writeFileSync(join(checkpoint, 'journal'), 'of another run')
    }
    assert.is(await runJob(lengths, { params: { file }, workers: 1, checkpoint, onEvent }).then(({ total }) => total), 2 * bytes)
    assert.is(existsSync(checkpoint), isAnother)
  }
  assert.is(readFileSync(join(checkpoint, 'journal'), 'utf8'), 'of another run')
})

test('a pool of the program that is closed meanwhile waits for the job, whatever regions that takes', async () => {
  const squares = defineJob({
    name: 'squares',
    input: () => range(64),
    chunk: (chunk) => chunk.start ** 2,
    combine: (a, b) => a + b,
    finish: (total) => total,
  })
  const pool = await createPool({ workers: 2 })
  const options = { params: undefined, pool, chunkLength: 1, checkpoint: join(dirname(file), 'closing'), checkpointMs: 0 }
  let closed: Promise<void> | undefined
  const onEvent = ({ type }: JobEvent): void => {
    if (type === 'stage') closed = pool.close()
  }
  assert.is(await runJob(squares, { ...options, onEvent }), 85_344)
  await closed
  assert.is((await rejection(runJob(squares, options))).code, 'SHOAL_POOL_CLOSED')
})

test('recorded, tells which chunks of the whole a worker was at, whatever the windows and the source', async () => {
  const job = defineJob({
    name: 'read in the workers',
    input: () => sourceFrom(16, (chunk) => ({ square: chunk.start ** 2 })),
    chunk: (chunk) => chunk.square,
    combine: (a, b) => a + b,
    finish: (total) => total,
  })
  const chunks: number[] = []
  const onEvent = (event: JobEvent): void => {
    if (event.type !== 'finished') return
    for (const { first, end } of event.recording.timings) for (let chunk = first; chunk < end; chunk++) chunks.push(chunk)
  }
  const checkpoint = join(dirname(file), 'windows')
  assert.is(await runJob(job, { params: undefined, workers: 1, chunkLength: 1, checkpoint, trace: true, onEvent }), 1240)
  assert.equal(
    chunks.sort((a, b) => a - b),
    Array.from({ length: 16 }, (_, chunk) => chunk),
  )
})

test('a job that takes too long is ended in time under fake timers, too', async () => {
  const job = defineJob({
    name: 'endless',
    input: (_: undefined) => range(1),
    chunk: (): number => {
      for (;;);
    },
    combine: (a, b) => a + b,
    finish: (total) => total,
  })
  await withFakeTimers(async () => {
    assert.is((await rejection(runJob(job, { params: undefined, workers: 1, timeoutMs: 500 }))).code, 'SHOAL_JOB_TIMEOUT')
  })
})

test('writes files of more than the pool can take at once, also where much comes after little', async () => {
  const mebibytes = 2 ** 20
  const job = defineJob({
    name: 'more and more',
    input: (_: string) => range(160),
    output: (path) => recordsOutput(path),
    chunk: (chunk) => (chunk.index < 128 ? new Uint8Array(1) : new Uint8Array(4 * 2 ** 20)).fill(chunk.index),
  })
  const options = { params: join(dirname(file), 'large'), workers: 2, chunkLength: 1, checkpoint: join(dirname(file), 'state') }
  assert.is((await runJob(job, options)).byteLength, 128 + 32 * 4 * mebibytes)
  const bytes = readFileSync(options.params)
  for (let index = 0; index < 128; index++) assert.is(bytes[index], index)
  for (let index = 128; index < 160; index++) {
    const part = bytes.subarray(128 + (index - 128) * 4 * mebibytes).subarray(0, 4 * mebibytes)
    assert.ok(part.equals(Buffer.alloc(part.length, index)))
  }
})

test('returns more than a region can, whoever is done when, and calls finish once with all of it', async () => {
  const job = defineJob({
    name: 'pieces',
    input: (count: number) => range(count),
    // Whoever gets the chunk in the middle is late: the others cannot combine across it.
    chunk: (chunk) => {
      if (chunk.index % 7 === 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      return [new Uint8Array(3 * 2 ** 20).fill(chunk.index)]
    },
    combine: (a, b) => [...a, ...b],
    finish: (pieces) => pieces.map((piece) => [piece.byteLength, piece[0]]),
  })
  for (const workers of [1, 2])
    assert.equal(
      await runJob(job, { params: 40, workers, chunkLength: 1 }),
      Array.from({ length: 40 }, (_, index) => [3 * 2 ** 20, index]),
    )
})

test('says which chunk returns more than one can, the same every time', async () => {
  const job = defineJob({
    name: 'large',
    input: (_: string) => range(4),
    chunk: () => new Uint8Array(40 * 2 ** 20),
    combine: (a) => a,
    finish: (bytes) => bytes.length,
  })
  for (const more of [{}, { workers: 1 }, { checkpoint: join(dirname(file), 'never') }]) {
    const { code, message } = await rejection(runJob(job, { params: '', workers: 2, chunkLength: 1, ...more }))
    assert.is(code, 'SHOAL_REGION_TOO_LARGE')
    assert.match(message, /^Expected chunks that return less than 32 MiB but more came of one \(elements \d to \d\): make them shorter/)
  }
})

test('leaves a pool that it was given open', async () => {
  const pool = await createPool({ workers: 1 })
  try {
    for (let i = 0; i < 2; i++) assert.equal(await runJob(lengths, { params: { file }, pool }), { total: 2 * bytes, file })
  } finally {
    await pool.close()
  }
})

test('says that it was interrupted, with the reason of its signal', async () => {
  const reason = new Error('enough')
  const error = await runJob(lengths, { params: { file }, signal: AbortSignal.abort(reason) }).catch(
    (thrown: unknown) => thrown as ShoalError,
  )
  assert.is((error as ShoalError).code, 'SHOAL_JOB_INTERRUPTED')
  assert.is((error as ShoalError).cause, reason)
})

for (const option of ['checkpoint', 'quarantine'])
  test(`refuses an empty path for its ${option}`, async () => {
    const { message } = await rejection(runJob(lengths, { params: { file }, onError: 'skip', quarantine: 'bad', [option]: '' }))
    assert.is(message, `Expected a path for ${option} but received '' of type string`)
  })

test('refuses what is no job', async () => {
  const error = await runJob({ name: 'no job' }, { params: {} }).catch((thrown: unknown) => thrown)
  assert.instance(error, TypeError)
  assert.match((error as Error).message, /Expected a job made by defineJob\(\) for job/)
})

test('refuses what is no pool, before anything is opened', async () => {
  for (const pool of [null, 'threads', {}]) {
    const error = await rejection(runJob(lengths, { params: { file }, pool: pool as never }))
    assert.match(error.message, /Expected a pool made by createPool\(\) for pool but received/)
  }
})

test('refuses beside a pool what the pool has of its own', async () => {
  const pool = await createPool({ workers: 1 })
  try {
    for (const [option, value] of Object.entries({ workers: 2, backend: 'threads', affinity: 'cores', trace: true })) {
      const error = await rejection(runJob(lengths, { params: { file }, pool, [option]: value }))
      assert.instance(error, TypeError)
      assert.match(error.message, `Expected nothing beside a pool, which has its own, for ${option} but received`)
    }
    assert.equal(await runJob(lengths, { params: { file }, pool, trace: false }), await runJob(lengths, { params: { file }, pool }))
  } finally {
    await pool.close()
  }
})

for (const onError of [undefined, 'fail'] as const)
  test(`refuses a quarantine with ${onError ?? 'no'} onError, which would never be written`, async () => {
    const quarantine = join(dirname(file), 'bad.jsonl')
    const error = await rejection(runJob(lengths, { params: { file }, quarantine, ...(onError !== undefined && { onError }) }))
    assert.instance(error, RangeError)
    assert.is(error.message, "Expected 'skip' with a quarantine for onError but received 'fail' of type string")
    assert.not.ok(existsSync(quarantine))
  })

test.run()
