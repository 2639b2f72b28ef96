import { allocate, createPool, kernelsFrom, type Pool, type Progress, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { FailPoints } from './support/fail-points.js'
import { children, isGone } from './support/processes.js'
import { reasonOf } from './support/reason-of.js'
import { until } from './support/until.js'

watchdog()

const SUM = { combine: (a: number, b: number) => a + b }

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool; points: FailPoints }>(`faults among ${backend}`)
  const childrenBefore = children().length

  test.before(async (context) => {
    context.points = new FailPoints()
    context.pool = await createPool({ workers: 2, backend, env: context.points.env })
  })
  test.after(async ({ pool, points }) => {
    await pool.close()
    points.remove()
    await until(() => children().length === childrenBefore)
  })

  async function checkWhole(pool: Pool): Promise<void> {
    assert.equal(await pool.spmd((ctx) => ctx.allReduce(1, 'sum')), [2, 2])
  }

  test('a chunk that ends every worker is given up after maxAttempts of them, with its range', async ({ pool }) => {
    for (const maxAttempts of [1, 2, 3]) {
      const tries = allocate(Int32Array, 1)
      let last: Progress | undefined
      const call = pool.forChunks(
        1_000,
        (chunk, words) => {
          if (chunk.index !== 7) return chunk.length
          Atomics.add(words, 0, 1)
          process.exit(7)
        },
        {
          ...SUM,
          chunkLength: 10,
          retry: 'idempotent',
          maxAttempts,
          args: [tries],
          onProgress: (progress) => {
            last = progress
          },
        },
      )
      const error = await reasonOf(call)
      assert.is(error.code, maxAttempts === 1 ? 'SHOAL_REGION_WORKER_DIED' : 'SHOAL_REGION_CHUNK_POISONOUS')
      assert.equal(error.range, { start: 70, end: 80 })
      assert.is(tries[0], maxAttempts)
      assert.is(last?.retries, maxAttempts - 1)
      await checkWhole(pool)
    }
  })

  test('a chunk that ends one worker is done by another: nothing of what was finished is lost', async ({ pool }) => {
    for (const killer of [0, 31, 63]) {
      const tries = allocate(Int32Array, 1)
      let last: Progress | undefined
      const seen = await pool.forChunks(
        640,
        (chunk, at, words) => {
          if (chunk.index === at && Atomics.add(words, 0, 1) === 0) process.exit(7)
          return [chunk.index]
        },
        {
          chunkLength: 10,
          retry: 'idempotent',
          args: [killer, tries],
          combine: (a, b) => a.concat(b),
          onProgress: (progress) => {
            last = progress
          },
        },
      )
      assert.equal(seen, [...Array(64).keys()])
      assert.is(last?.retries, 1)
    }
  })

  test('combine that ends every worker ends the region, not the pool', async ({ pool }) => {
    const call = pool.forChunks(64, (chunk) => chunk.length, { chunkLength: 1, retry: 'idempotent', combine: () => process.exit(7) })
    assert.is((await reasonOf(call)).code, 'SHOAL_REGION_CHUNK_POISONOUS')
    await checkWhole(pool)
  })

  test('a death before the first chunk is no loss, even of what must not be done twice', async ({ pool, points }) => {
    points.arm('entered')
    const hits = allocate(Int32Array, 1_000)
    await pool.forEach(
      hits.length,
      (_, i, words) => {
        words[i]! += 1
      },
      { args: [hits], retry: 'never' },
    )
    assert.not(points.isArmed('entered'))
    assert.ok(hits.every((count) => count === 1))
  })

  test("a death after the last chunk is no loss either: 'never' succeeds", async ({ pool, points }) => {
    for (const point of ['left', 'completing', 'completed', 'done', 'out'] as const) {
      points.arm(point)
      const lengths = await pool.forChunks(1_000, (chunk) => chunk.length, { ...SUM, chunkLength: 10, retry: 'never' })
      assert.is(lengths, 1_000, point)
      assert.equal(points.disarm(), [], point)
    }
    for (const point of ['left', 'completing', 'done', 'out'] as const) {
      // The one who died last may not have ended yet, and would be missed by all the others.
      await until(() =>
        checkWhole(pool).then(
          () => true,
          () => false,
        ),
      )
      points.arm(point)
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1], point)
      assert.equal(points.disarm(), [], point)
    }
  })

  test('a death that leaves a chunk half done fails what must not be done twice', async ({ pool, points }) => {
    for (const point of ['claimed', 'recorded', 'worked'] as const) {
      points.arm(point)
      const call = pool.forEach(1_000, () => {}, { chunkLength: 10, retry: 'never' })
      assert.is((await reasonOf(call)).code, 'SHOAL_REGION_WORKER_DIED', point)
      await checkWhole(pool)
    }
  })

  test('a loss is no poison, even after deaths that were no loss', async ({ pool, points }) => {
    points.arm('entered')
    points.arm('claiming', 2)
    const call = pool.forEach(1_000, () => {}, { chunkLength: 10, retry: 'never', width: 1 })
    assert.is((await reasonOf(call)).code, 'SHOAL_REGION_WORKER_DIED')
    assert.equal(points.disarm(), [])
    await checkWhole(pool)
  })

  test('a rank that has left, and comes in again for a dead one, may die too', async ({ pool }) => {
    const words = allocate(Int32Array, 2)
    const call = pool.forChunks(
      2,
      (chunk, [attempts, gate]) => {
        if (chunk.index === 1) return [1]
        const attempt = Atomics.add(attempts!, 0, 1)
        if (attempt === 2) return [0]
        while (Atomics.load(gate!, 0) <= attempt) Atomics.wait(gate!, 0, attempt, 1)
        process.exit(7)
      },
      { chunkLength: 1, retry: 'idempotent', args: [[words.subarray(0, 1), words.subarray(1)]], combine: (a, b) => a.concat(b) },
    )
    for (const attempt of [1, 2]) {
      await until(() => Atomics.load(words, 0) === attempt)
      // Runs on the rank that is not in the region: the one that has left it, then the one that replaces the dead.
      await pool.run(() => 0)
      Atomics.store(words, 1, attempt)
    }
    assert.equal(await call, [0, 1])
  })

  test('a kernel that throws while another worker dies: an error of one of the two', async ({ pool, points }) => {
    for (const point of ['failing', 'claimed', 'left', 'completing'] as const) {
      points.arm(point)
      const call = pool.forChunks(
        640,
        (chunk) => {
          if (chunk.index === 20) throw new RangeError('on purpose')
          return chunk.length
        },
        { ...SUM, chunkLength: 10, retry: 'idempotent' },
      )
      const error = await reasonOf(call)
      assert.instance(error, RangeError, point)
      assert.equal(error.range, { start: 200, end: 210 })
      points.disarm()
    }
    await checkWhole(pool)
  })

  test('timeoutMs ends a kernel that never ends, after graceMs', async ({ pool }) => {
    const endless = () => {
      for (;;);
    }
    assert.is((await reasonOf(pool.spmd(endless, { timeoutMs: 50, graceMs: 50 }))).code, 'SHOAL_REGION_TIMEOUT')
    assert.is((await reasonOf(pool.forEach(10, endless, { timeoutMs: 50, graceMs: 0 }))).code, 'SHOAL_REGION_TIMEOUT')
    assert.is((await reasonOf(pool.with({ timeoutMs: 50 }).run(endless))).code, 'SHOAL_TASK_TIMEOUT')
    await checkWhole(pool)
  })

  test('timeoutMs ends a synchronous call: between chunks of the caller, in a barrier, and in the others', async ({ pool }) => {
    const timeout = { timeoutMs: 100, graceMs: 50 }
    const codeOf = (call: () => unknown): unknown => {
      try {
        return call()
      } catch (error) {
        return (error as ShoalError).code
      }
    }
    const slow = () => {
      for (const end = performance.now() + 1; performance.now() < end; );
    }
    const calls: (() => unknown)[] = [
      () => pool.forEachSync(1_000_000, slow, { ...timeout, chunkLength: 1, width: 1 }),
      () => pool.forEachSync(1_000_000, slow, { ...timeout, chunkLength: 1 }),
      () => pool.spmdSync((ctx) => ctx.rank === 0 || Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), timeout),
      () =>
        pool.spmdSync((ctx) => (ctx.rank === 0 ? ctx.barrier() : Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)), timeout),
    ]
    for (const call of calls) {
      assert.is(codeOf(call), 'SHOAL_REGION_TIMEOUT')
      await checkWhole(pool).catch(() => checkWhole(pool))
    }
  })

  test('a death in a synchronous call: others do the work again, the caller too', async ({ pool, points }) => {
    for (const point of ['entered', 'claimed', 'recorded', 'worked', 'brought', 'left', 'done', 'out'] as const) {
      points.arm(point)
      const seen = pool.forChunksSync(
        640,
        (chunk) => {
          for (const end = performance.now() + 0.2; performance.now() < end; );
          return [chunk.index]
        },
        { chunkLength: 10, retry: 'idempotent', combine: (a, b) => a.concat(b) },
      )
      assert.equal(seen, [...Array(64).keys()], point)
      points.disarm()
      await checkWhole(pool).catch(() => checkWhole(pool))
    }
  })

  test('a kernel that looks at aborted is not ended: its worker lives on', async ({ pool }) => {
    const threads = () => [process.pid, performance.timeOrigin]
    const before = await pool.broadcast(threads)
    const call = pool.spmd(
      (ctx) => {
        while (!ctx.aborted);
      },
      { timeoutMs: 50, graceMs: 60_000 },
    )
    assert.is((await reasonOf(call)).code, 'SHOAL_REGION_TIMEOUT')
    assert.equal(await pool.broadcast(threads), before)
  })

  test('a heap that is full ends the worker, and the error says so', async () => {
    const pool = await createPool({ workers: 2, backend, resourceLimits: { maxOldGenerationSizeMb: 32 } })
    const call = pool.spmd((ctx) => {
      const hoard: unknown[] = []
      if (ctx.rank === 1) for (;;) hoard.push(new Array(1_000).fill(hoard.length))
      ctx.barrier()
    })
    const error = await reasonOf(call)
    assert.is(error.code, 'SHOAL_REGION_WORKER_DIED')
    assert.is(error.rank, 1)
    await checkWhole(pool)
    await pool.close()
  })

  test('a module that throws while it is loaded fails the call that needs it', async ({ pool }) => {
    const kernels = kernelsFrom<typeof import('./fixtures/throws-on-load.js')>(new URL('./fixtures/throws-on-load.js', import.meta.url))
    const calls = [() => pool.run(kernels.never), () => pool.spmd(kernels.never), () => pool.forChunks(10, kernels.never, SUM)]
    for (const call of calls) {
      const error = await reasonOf(call())
      assert.is(error.code, 'SHOAL_KERNEL_MODULE_FAILED')
      assert.instance(error.cause, RangeError)
    }
    await checkWhole(pool)
  })

  test('createPool rejects when a worker does not come up, and leaves none', async () => {
    const error = await reasonOf(createPool({ workers: 2, backend, execArgv: ['--import', 'data:text/javascript,process.exit(9)'] }))
    assert.instance(error, ShoalError)
    assert.is(error.code, 'SHOAL_POOL_WORKER_FAILED')
  })

  test('a worker that ends while it starts in the place of another is replaced too; three in a row end the pool', async () => {
    for (const failures of [2, 3]) {
      const left = allocate(Int32Array, 1)
      const pool = await createPool({
        workers: 2,
        backend,
        setup: (words: Int32Array<SharedArrayBuffer>) => {
          if (Atomics.load(words, 0) === 0) return
          Atomics.sub(words, 0, 1)
          process.exit(7)
        },
        setupArgs: [left],
      })
      left[0] = failures
      const dying = reasonOf(pool.spmd((ctx) => (ctx.rank === 0 ? process.exit(7) : undefined)))
      const after = pool.spmd((ctx) => ctx.rank).catch((error) => error.code)
      assert.is((await dying).code, 'SHOAL_REGION_WORKER_DIED')
      if (failures === 2) assert.equal(await after, [0, 1])
      else assert.is(await after, 'SHOAL_POOL_WORKER_FAILED')
      await pool.close()
    }
  })

  if (backend === 'processes') {
    test('SIGSTOP is no death: the region waits, and timeoutMs ends it', async ({ pool }) => {
      const pids = await pool.spmd(() => process.pid)
      process.kill(pids[1]!, 'SIGSTOP')
      const call = pool.spmd((ctx) => ctx.barrier(), { timeoutMs: 300, graceMs: 0 })
      assert.is((await reasonOf(call)).code, 'SHOAL_REGION_TIMEOUT')
      await until(() => isGone(pids[1]!))
      await checkWhole(pool)
    })

    test('a worker that was stopped goes on where it was', async ({ pool }) => {
      const pids = await pool.spmd(() => process.pid)
      process.kill(pids[0]!, 'SIGSTOP')
      const call = pool.spmd((ctx) => ctx.allReduce(ctx.rank, 'sum'))
      const first = await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])
      assert.is(first, 'waits')
      process.kill(pids[0]!, 'SIGCONT')
      assert.equal(await call, [1, 1])
    })

    for (const signal of ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGUSR2'] as const) {
      test(`${signal} ends the worker, and the error names it`, async ({ pool }) => {
        const error = await reasonOf(
          pool.spmd(
            (ctx, name) => {
              if (ctx.rank === 1) process.kill(process.pid, name)
              ctx.barrier()
              for (;;) ctx.barrier()
            },
            { args: [signal] },
          ),
        )
        assert.is(error.code, 'SHOAL_REGION_WORKER_DIED')
        assert.is(error.rank, 1)
        assert.match(error.message, signal)
        await checkWhole(pool)
      })
    }
  }

  test.run()
}
