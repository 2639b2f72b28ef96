import { rmdirSync } from 'node:fs'
import { type Chunk, createPool, type Pool, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const outside = 3
const shared = (a: number, b: number) => a + b

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool }>(`inline kernels in ${backend}`)
  test.before(async (context) => {
    context.pool = await createPool({ workers: 2, backend })
  })
  test.after(({ pool }) => pool.close())

  test('use what is global in a worker', async ({ pool }) => {
    const paths = await pool.spmd(() => new URL('shoal:kernel').pathname + Math.sign(process.pid) + typeof setTimeout)
    assert.equal(paths, ['kernel1function', 'kernel1function'])
  })

  test('use a global that the worker has been given before', async ({ pool }) => {
    const kernel = () => (globalThis as unknown as { given: number }).given
    await pool.spmd(() => {
      Object.assign(globalThis, { given: 5 })
    })
    assert.equal(await pool.spmd(kernel), [5, 5])
    assert.equal(await pool.spmd(() => given), [5, 5])
  })

  test('are compiled once a worker, even if the closure is made again for every call', async ({ pool }) => {
    const call = () =>
      pool.spmd(function counted() {
        const all = globalThis as { compiled?: Set<unknown> }
        all.compiled ??= new Set()
        all.compiled.add(counted)
        return all.compiled.size
      })
    for (let round = 0; round < 5; round++) assert.equal(await call(), [1, 1])
  })

  test('are taken where intrinsics are frozen', async ({ pool }) => {
    const { value } = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')!
    Object.defineProperty(Error, 'stackTraceLimit', { value, writable: false, configurable: true })
    try {
      assert.equal(await pool.spmd((ctx) => ctx.rank + 7), [7, 8])
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', { value, writable: true, configurable: true })
    }
  })

  test('are found where the working directory has gone', async ({ pool }) => {
    const before = process.cwd()
    const folder = temporaryFolder()
    process.chdir(folder)
    rmdirSync(folder)
    try {
      assert.equal(await pool.spmd((ctx) => ctx.rank + 9), [9, 10])
    } finally {
      process.chdir(before)
    }
  })

  test('are named by their place below the working directory, be that the root', async ({ pool }) => {
    const before = process.cwd()
    process.chdir('/')
    try {
      const error = await rejection(pool.forChunks(10, (chunk: Chunk) => chunk.length * outside + 1, { combine: shared }))
      assert.match(error.message, /\([^/ ()][^ ()]*\/inline-kernel\.test\.[jt]s:\d+:\d+\)/)
    } finally {
      process.chdir(before)
    }
  })

  test('are refused before any chunk runs when they use a variable of their file', async ({ pool }) => {
    const error = await rejection(pool.forChunks(10, (chunk: Chunk) => chunk.length * outside + shared(1, 2), { combine: shared }))
    assert.instance(error, ShoalError)
    assert.is(error.code, 'SHOAL_KERNEL_FREE_NAME')
    assert.match(error.message, /^The kernel \(.*inline-kernel\.test\.[jt]s:\d+:\d+\) uses outside, shared, .*args.*kernelsFrom/)
  })

  test('that are refused do not harm those that follow', async ({ pool }) => {
    for (let round = 0; round < 3; round++) {
      assert.is((await rejection(pool.spmd(() => outside))).code, 'SHOAL_KERNEL_FREE_NAME')
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
    }
  })

  test('refuse a promise with the way out, announced or not', async ({ pool }) => {
    for (const kernel of [async () => 1, () => Promise.resolve(1)]) {
      const error = await rejection(pool.spmd(kernel as never))
      assert.is(error.code, 'SHOAL_KERNEL_ASYNC')
      assert.match(error.message, /run\(\) or broadcast\(\)/)
    }
  })

  test('may be async in tasks, and import what Node finds', async ({ pool }) => {
    const kernel = async (path: string) => (await import('node:path')).basename(path)
    assert.is(await pool.run(kernel, '/some/file'), 'file')
    assert.equal(await pool.broadcast(kernel, '/some/file'), ['file', 'file'])
  })

  test('are refused in tasks as in regions', async ({ pool }) => {
    assert.is((await rejection(pool.run(() => outside))).code, 'SHOAL_KERNEL_FREE_NAME')
    assert.is((await rejection(pool.broadcast(Math.random))).code, 'SHOAL_KERNEL_NO_SOURCE')
    assert.is((await rejection(pool.run(function* () {}))).code, 'SHOAL_KERNEL_GENERATOR')
    assert.throws(
      () => pool.spmdSync(() => outside),
      (error: { code?: string }) => error.code === 'SHOAL_KERNEL_FREE_NAME',
    )
  })

  test('may be as long as the limit, of the widest characters', async ({ pool }) => {
    const kernel = new Function(`return "${'€'.repeat(65_000)}".length`) as () => number
    assert.equal(await pool.spmd(kernel), [65_000, 65_000])
  })

  test('show their own name and lines in stack traces', async ({ pool }) => {
    const error = await rejection(
      pool.spmd(function failing() {
        const message = 'on the second line'
        throw new RangeError(message)
      }),
    )
    assert.instance(error, RangeError)
    assert.match(error.stack ?? '', /shoal:kernel\/failing:3/)
  })

  test('run on a worker that has replaced another', async ({ pool }) => {
    const kernel = (chunk: Chunk) => chunk.length
    const total = () => pool.forChunks(1000, kernel, { combine: (a, b) => a + b, chunkLength: 1, schedule: 'dynamic' })
    assert.is(await total(), 1000)
    await rejection(
      pool.spmd((ctx) => {
        if (ctx.rank === 0) process.exit(1)
        ctx.barrier()
      }),
    )
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
    assert.is(await total(), 1000)
  })

  test.run()
}
declare const given: number
