import { allocate, type Backend, createPool, type Pool, Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { children, isGone } from './support/processes.js'
import { reasonOf } from './support/reason-of.js'
import { until } from './support/until.js'

watchdog()

/** How kernels end their worker: a process by a signal, a thread, which has none, by exit(). */
const signals = { threads: 0, processes: 9 } as const
const howItEnded = { threads: /ended|exit/, processes: /was killed by SIGKILL/ } as const

for (const backend of ['threads', 'processes'] as const) {
  const signal = signals[backend]
  const test = suite<{ pool: Pool }>(`deaths among ${backend}`)
  const childrenBefore = children()

  test.before(async (context) => {
    context.pool = await createPool({ workers: 3, backend })
  })
  test.after(({ pool }) => pool.close())

  /** Every rank is there, and works. */
  async function checkWhole(pool: Pool): Promise<void> {
    assert.equal(await pool.spmd((ctx) => [ctx.rank, ctx.barrier()][0]), [0, 1, 2])
    assert.is(await pool.forChunks(1_000, (chunk) => chunk.length, { chunkLength: 1, combine: (a, b) => a + b }), 1_000)
  }

  async function deathOf(call: Promise<unknown>): Promise<ShoalError> {
    const error = await reasonOf(call)
    assert.instance(error, ShoalError)
    assert.is(error.code, 'SHOAL_REGION_WORKER_DIED', error.message)
    assert.match(error.message, howItEnded[backend])
    if (backend === 'processes' && error.message.includes('SIGKILL')) assert.match(error.message, /this process uses \d+ MiB/)
    return error as unknown as ShoalError
  }

  test('in a chunk: the error names the rank, the range and how; the next region is right', async ({ pool }) => {
    for (const poison of [0, 57, 99]) {
      const error = await deathOf(
        pool.forChunks(
          1_000,
          (chunk, at, sig) => {
            if (chunk.index !== at) return
            if (sig === 0) process.exit(7)
            process.kill(process.pid, sig)
            for (;;);
          },
          { chunkLength: 10, args: [poison, signal] },
        ),
      )
      assert.ok(error.rank! >= 0 && error.rank! < 3)
      assert.equal(error.range, { start: poison * 10, end: poison * 10 + 10 })
      await checkWhole(pool)
    }
  })

  test('by process.exit(): the error says with which code', async ({ pool }) => {
    const error = await reasonOf(pool.spmd((ctx) => (ctx.rank === 1 ? process.exit(5) : ctx.barrier())))
    assert.is(error.code, 'SHOAL_REGION_WORKER_DIED')
    assert.is(error.rank, 1)
    assert.match(error.message, /5/)
    await checkWhole(pool)
  })

  test('while the others wait in a barrier: nobody waits for ever', async ({ pool }) => {
    for (const victim of [0, 1, 2]) {
      const error = await deathOf(
        pool.spmd(
          (ctx, who, sig) => {
            ctx.barrier()
            if (ctx.rank === who) {
              if (sig === 0) process.exit(7)
              process.kill(process.pid, sig)
              for (;;);
            }
            ctx.barrier()
          },
          { args: [victim, signal] },
        ),
      )
      assert.is(error.rank, victim)
      await checkWhole(pool)
    }
  })

  test('in combine and in init', async ({ pool }) => {
    await reasonOf(pool.forChunks(100, (chunk) => chunk.length, { chunkLength: 1, combine: () => process.exit(7) }))
    await checkWhole(pool)
    await reasonOf(pool.foldChunks(100, (acc: number) => acc, { chunkLength: 1, init: () => process.exit(7), combine: (a) => a }))
    await checkWhole(pool)
  })

  test('of all workers at once', async ({ pool }) => {
    for (let round = 0; round < 3; round++) {
      const call = pool.spmd((ctx) => {
        ctx.barrier()
        process.exit(7)
      })
      assert.is((await reasonOf(call)).code, 'SHOAL_REGION_WORKER_DIED')
      await checkWhole(pool)
    }
  })

  test('does not touch the region beside it, nor those that wait', async ({ pool }) => {
    const gate = allocate(Int32Array, 1)
    const beside = pool.spmd(
      (ctx, words) => {
        while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 1)
        return ctx.size
      },
      { width: 1, args: [gate] },
    )
    const dying = reasonOf(pool.spmd(() => process.exit(7), { width: 1 }))
    const chunks = pool.forChunks(100, (chunk) => chunk.length, { width: 1, combine: (a, b) => a + b })
    const waiting = pool.spmd((ctx) => ctx.rank)
    assert.is((await dying).code, 'SHOAL_REGION_WORKER_DIED')
    assert.is(await chunks, 100)
    Atomics.store(gate, 0, 1)
    assert.equal(await beside, [1])
    assert.equal(await waiting, [0, 1, 2])
  })

  test('with a retry: others do the work of the dead, and nothing of what it had combined is lost', async ({ pool }) => {
    for (const poison of [0, 57, 199]) {
      const attempts = allocate(Int32Array, 1)
      const starts = await pool.forChunks(
        200,
        (chunk, at, tries) => {
          if (chunk.index === at && Atomics.add(tries, 0, 1) === 0) process.exit(7)
          return [chunk.start]
        },
        { chunkLength: 1, args: [poison, attempts], retry: 'idempotent', combine: (a, b) => a.concat(b) },
      )
      assert.equal(starts, [...Array(200).keys()])
      assert.is(attempts[0], 2)
    }
    await checkWhole(pool)
  })

  test('with pre-images: work in place on a view or a whole segment is done exactly once', async ({ pool }) => {
    const segment = Segment.create({ kind: 'anonymous', byteLength: 1_000 })
    for (const source of [segment, segment.view(Uint8Array)]) {
      const attempts = allocate(Int32Array, 1)
      segment.view(Uint8Array).fill(1)
      await pool.forChunks(
        source,
        (chunk, tries) => {
          const { view } = chunk
          for (let index = 0; index < view.length; index++) {
            if (chunk.index === 5 && index === 7 && Atomics.add(tries, 0, 1) === 0) process.exit(7)
            view[index]! *= 3
          }
        },
        { chunkLength: 10, args: [attempts], retry: 'preimage' },
      )
      assert.is(attempts[0], 2)
      assert.ok(segment.view(Uint8Array).every((value) => value === 3))
    }
    segment.close()
  })

  test('of a map whose kernel reads what it replaces, by its arguments: it fails, since nothing may be done twice', async ({ pool }) => {
    const [xs, ys, zs] = [allocate(Float64Array, 1_000).fill(1), allocate(Float64Array, 1_000), allocate(Float64Array, 1_000)]
    const once = allocate(Int32Array, 1)
    const addTo = (into: Float64Array<SharedArrayBuffer>): Promise<unknown> =>
      pool.map(
        xs,
        (x, i, read, tries) => {
          if (i === 505 && Atomics.add(tries, 0, 1) === 0) process.exit(7)
          return read.ys[i]! + x
        },
        { chunkLength: 10, into, args: [{ ys }, once] },
      )
    const error = await reasonOf(addTo(ys))
    assert.is(error.code, 'SHOAL_REGION_WORKER_DIED')
    assert.equal(error.range, { start: 500, end: 510 })
    assert.ok(ys.every((y) => y <= 1))
    once[0] = 0
    // Of what is written to elsewhere they may.
    ys.fill(1)
    await addTo(zs)
    assert.ok(zs.every((z) => z === 2))
    assert.is(once[0], 2)
  })

  test('pre-images are refused of what they can not put back: lengths, accumulators, memory that args reach as well', async ({ pool }) => {
    const [xs, ys] = [allocate(Float64Array, 10), allocate(Float64Array, 10)]
    const retry = 'preimage'
    const none = (..._: unknown[]): undefined => undefined
    const refused: [() => Promise<unknown>, RegExp][] = [
      [() => pool.forChunks(10, none, { retry }), /source/],
      [() => pool.foldChunks(xs, (sum: number) => sum, { retry, init: () => 0, combine: (a) => a }), /retry/],
      [() => pool.forChunks(xs, none, { retry, args: [xs.subarray(5)] }), /args/],
      [() => pool.forChunks(xs, none, { retry, args: [{ deep: [new Map([[1, xs]])] }] }), /args/],
      [() => pool.map(xs, (x, i, view) => x + view[i]!, { retry, into: ys, args: [ys.subarray(5)] }), /into .*args/],
    ]
    for (const [call, name] of refused) {
      const error = await reasonOf(call())
      assert.instance(error, TypeError)
      assert.match(error.message, name)
    }
  })

  test('keeps no error of an earlier region, and no segment is missing afterwards', async ({ pool }) => {
    const view = allocate(Int32Array, 3)
    for (let round = 1; round <= 3; round++) {
      await pool.spmd((ctx, words) => void words.fill(7, ctx.rank, ctx.rank + 1), { args: [view] })
      await reasonOf(pool.spmd((_, words) => (words.length === 3 ? process.exit(7) : 0), { args: [view] }))
      assert.equal(await pool.spmd((ctx, words) => words[ctx.rank], { args: [view] }), [7, 7, 7])
    }
  })

  test('just before close() and destroy()', async () => {
    for (let round = 0; round < 6; round++) {
      const pool = await createPool({ workers: 2, backend })
      const dying = reasonOf(pool.spmd((ctx) => (ctx.rank === 0 ? process.exit(7) : ctx.barrier())))
      if (round < 3) assert.is((await dying).code, 'SHOAL_REGION_WORKER_DIED')
      for (let turns = round % 3; turns > 0; turns--) await new Promise(setImmediate)
      const ended = round % 2 === 0 ? pool.close() : pool.destroy()
      await Promise.all([ended, dying])
    }
  })

  test('while close() drains: what is queued still runs', async () => {
    const pool = await createPool({ workers: 2, backend })
    const dying = reasonOf(pool.spmd((ctx) => (ctx.rank === 0 ? process.exit(7) : ctx.barrier())))
    const queued = pool.spmd((ctx) => ctx.rank)
    await pool.close()
    assert.is((await dying).code, 'SHOAL_REGION_WORKER_DIED')
    assert.equal(await queued, [0, 1])
  })

  if (backend === 'threads') {
    test('by an exception outside any kernel, or by a rejection that nobody handles: the program lives on', async () => {
      const pool = await createPool({ workers: 2, backend })
      const failing = [() => void setImmediate(() => JSON.parse('{')), () => void Promise.reject(new Error('on purpose'))]
      for (const kernel of failing) {
        await pool.spmd(kernel, { width: 1 }).catch(() => {})
        // The thread ends when its event loop has its next turn: in one of these regions.
        const seen = [{}, {}].map(() => pool.spmd((ctx) => [ctx.rank, ctx.barrier()][0]).catch((error) => error.code))
        for (const outcome of await Promise.all(seen)) if (outcome !== 'SHOAL_REGION_WORKER_DIED') assert.equal(outcome, [0, 1])
      }
      await pool.close()
    })

    test('by memory: a heap beyond its limit ends the thread, not the program', async () => {
      const pool = await createPool({ workers: 2, backend, resourceLimits: { maxOldGenerationSizeMb: 32 } })
      const call = pool.spmd((ctx) => {
        const hoard: unknown[] = []
        if (ctx.rank === 1) for (;;) hoard.push(new Array(1_000).fill(hoard.length))
        ctx.barrier()
      })
      const error = await reasonOf(call)
      assert.is(error.code, 'SHOAL_REGION_WORKER_DIED')
      assert.is(error.rank, 1)
      assert.match(error.message, /memory/)
      assert.equal(await pool.spmd((ctx) => [ctx.rank, ctx.barrier()][0]), [0, 1])
      await pool.close()
    })
  } else {
    test('by an abort, as node ends with a full heap: the error says what memory there is', async ({ pool }) => {
      const error = await reasonOf(pool.run(() => process.kill(process.pid, 'SIGABRT') && new Promise(() => {})))
      assert.is(error.code, 'SHOAL_TASK_WORKER_DIED')
      assert.match(error.message, /killed by SIGABRT .*\(SIGABRT may come from a full heap, .*resourceLimits.*: this process uses \d+ MiB/)
      await checkWhole(pool)
    })

    test('what a kernel sends to the parent by itself, as libraries do, is nobody’s business', async ({ pool }) => {
      const sent = await pool.run(() => {
        for (const message of [null, 'text', { type: 'metrics' }]) process.send!(message)
        return 3
      })
      assert.is(sent, 3)
      await checkWhole(pool)
    })

    test('of an idle worker: the next region has all ranks again', async ({ pool }) => {
      for (let round = 0; round < 3; round++) {
        const pids = await pool.spmd(() => process.pid)
        const victim = pids[round]!
        process.kill(victim, 'SIGKILL')
        await until(() => isGone(victim))
        const outcome = await pool.spmd((ctx) => ctx.rank).catch((error) => error.code)
        assert.ok(outcome === 'SHOAL_REGION_WORKER_DIED' || outcome.length === 3)
        await checkWhole(pool)
      }
    })
  }

  test(`at random moments, ${rounds(backend)} times: every region is right or says who died`, async ({ pool }) => {
    let random = 12345
    const next = (below: number): number => {
      random = (random * 1103515245 + 12345) % 2 ** 31
      return Math.floor((random / 2 ** 31) * below)
    }
    for (let round = 0; round < rounds(backend); round++) {
      const pids = backend === 'processes' ? await pool.spmd(() => process.pid) : []
      const poison = backend === 'threads' ? next(400) : -1
      const calls = [0, 1, 2].map((index) =>
        pool
          .forChunks(
            200,
            (chunk, at) => {
              if (chunk.start === at) process.exit(7)
              return [chunk.start]
            },
            { chunkLength: 1, args: [index === 0 ? poison : -1], combine: (a, b) => a.concat(b), width: 1 + next(3) },
          )
          .catch((error) => error.code as string),
      )
      const barrier = pool.spmd((ctx) => [ctx.barrier(), ctx.barrier(), ctx.rank][2]).catch((error) => error.code as string)
      for (let turns = next(30); turns > 0; turns--) await new Promise(setImmediate)
      if (backend === 'processes') process.kill(pids[next(3)]!, 'SIGKILL')
      for (const outcome of await Promise.all(calls)) {
        if (outcome !== 'SHOAL_REGION_WORKER_DIED') assert.equal(outcome, [...Array(200).keys()])
      }
      const ranks = await barrier
      if (ranks !== 'SHOAL_REGION_WORKER_DIED') assert.equal(ranks, [0, 1, 2])
    }
    await checkWhole(pool).catch(() => checkWhole(pool))
  })

  test('leave no process behind', async ({ pool }) => {
    await pool.close()
    await until(() => children().length === childrenBefore.length)
  })

  test.run()
}

function rounds(backend: Backend): number {
  return backend === 'threads' ? 30 : 40
}
