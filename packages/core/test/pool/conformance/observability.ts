import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { allocate, type Backend, createPool, type Pool, type PoolOptions, type RegionEvent, range, type TraceEvent } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

type Message = Record<string, unknown>

const SUM = { combine: (a: number, b: number) => a + b }

/** What is published on the channels of `names` while `body` runs, for pools of this name. */
async function published(pool: string, names: readonly string[], body: () => Promise<void>): Promise<[string, Message][]> {
  const seen: [string, Message][] = []
  const listen = (message: unknown, name: string | symbol): void => {
    if ((message as Message).pool === pool) seen.push([String(name).replace('shoal:', ''), message as Message])
  }
  for (const name of names) subscribe(`shoal:${name}`, listen)
  try {
    await body()
  } finally {
    for (const name of names) unsubscribe(`shoal:${name}`, listen)
  }
  return seen
}

/** Events, statistics, traces. */
export function observability(backend: Backend): void {
  const test = suite(`${backend}: observability`)

  async function withPool(options: PoolOptions, body: (pool: Pool) => Promise<void>): Promise<void> {
    const pool = await createPool({ workers: 2, ...options, backend })
    try {
      await body(pool)
    } finally {
      await pool.close()
    }
  }

  test('a region has a start and an end, with one object for both that says more at the end', async () => {
    await withPool({ name: 'regions' }, async (pool) => {
      const starts: object[] = []
      const seen = await published('regions', ['region:start', 'region:end', 'region:error'], async () => {
        await pool.forChunks(
          1_000,
          function measure(chunk) {
            return chunk.length
          },
          { combine: (a, b) => a + b, chunkLength: 100 },
        )
        await pool.spmd(() => 1)
        pool.reduceSync(10, (a, x) => a + x, { identity: 0, combine: (a, b) => a + b })
      })
      for (const [name, message] of seen) if (name === 'region:start') starts.push(message)
      assert.equal(
        seen.map(([name]) => name),
        ['region:start', 'region:end', 'region:start', 'region:end', 'region:start', 'region:end'],
      )
      assert.is(seen[0]![1], seen[1]![1])
      const { kind, kernel, width, chunks, total, retries, waitMs, elapsedMs, error } = seen[0]![1] as unknown as RegionEvent
      assert.equal([kind, width, chunks, total, retries, error], ['forChunks', 2, 10, 1_000, 0, undefined])
      assert.match(kernel, /^measure \(.*observability/)
      assert.ok(waitMs! >= 0 && elapsedMs! > 0)
      assert.equal(
        starts.map((message) => (message as RegionEvent).kind),
        ['forChunks', 'spmd', 'reduce'],
      )
    })
  })

  test('a region that fails has an error instead of an end', async () => {
    await withPool({ name: 'failing' }, async (pool) => {
      const thrown: unknown[] = []
      const seen = await published('failing', ['region:start', 'region:end', 'region:error'], async () => {
        thrown.push(
          await reasonOf(
            pool.forChunks(range(5), () => {
              throw new RangeError('no')
            }),
          ),
        )
        try {
          pool.spmdSync(() => {
            throw new RangeError('no')
          })
        } catch (error) {
          thrown.push(error)
        }
      })
      assert.equal(
        seen.map(([name]) => name),
        ['region:start', 'region:error', 'region:start', 'region:error'],
      )
      assert.is(seen[1]![1].error, thrown[0])
      assert.is(seen[3]![1].error, thrown[1])
    })
  })

  test('tasks have events too, with the worker that ran them', async () => {
    await withPool({ name: 'tasks' }, async (pool) => {
      const seen = await published('tasks', ['task:start', 'task:end', 'task:error'], async () => {
        await pool.run((a, b) => a + b, 1, 2)
        await reasonOf(
          pool.run(() => {
            throw new Error('no')
          }),
        )
      })
      assert.equal(
        seen.map(([name]) => name),
        ['task:start', 'task:end', 'task:start', 'task:error'],
      )
      const { rank, waitMs, elapsedMs } = seen[1]![1] as { rank: number; waitMs: number; elapsedMs: number }
      assert.ok(rank === 0 || rank === 1)
      assert.ok(waitMs >= 0 && elapsedMs > 0)
      assert.is((seen[3]![1].error as Error).message, 'no')
    })
  })

  test('workers come and go, expected or not', async () => {
    const seen = await published('workers', ['worker:start', 'worker:exit'], async () => {
      let replaced = false
      const onStart = (message: unknown): void => {
        if ((message as Message).pool === 'workers' && (message as Message).rank === 0) replaced = true
      }
      await withPool({ name: 'workers' }, async (pool) => {
        subscribe('shoal:worker:start', onStart)
        await reasonOf(pool.run(() => process.exit(3)))
        await until(() => replaced)
      })
      unsubscribe('shoal:worker:start', onStart)
    })
    const of = (wanted: string): Message[] => seen.filter(([name]) => name === wanted).map(([, message]) => message)
    assert.equal(
      of('worker:start')
        .map(({ rank }) => rank)
        .sort(),
      [0, 0, 1],
    )
    const exits = of('worker:exit')
    assert.equal(exits.map(({ isExpected }) => isExpected).sort(), [false, true, true])
    const early = exits.find(({ isExpected }) => !isExpected)!
    assert.equal([early.rank, early.backend], [0, backend])
    assert.match(String(early.how), /ended/)
  })

  test('stats count what each rank has done, after close too', async () => {
    let pool: Pool | undefined
    await withPool({}, async (opened) => {
      pool = opened
      await pool.forChunks(1_000, () => undefined, { chunkLength: 10 })
      await pool.spmd((ctx) => ctx.progress(5))
      pool.forChunksSync(500, () => undefined, { chunkLength: 10 })
      await pool.broadcast(() => 1)
      await reasonOf(pool.run(() => Promise.reject(new Error('no'))))
      const { regions, tasks, ranks, elapsedMs } = pool.stats()
      assert.equal([regions.completed, regions.failed, tasks.completed, tasks.failed], [3, 0, 2, 1])
      assert.equal([regions.runTime, tasks.waitTime, ranks[0]!.busyMs, ranks[0]!.idleMs], [undefined, undefined, undefined, undefined])
      const total = (key: 'chunks' | 'extent' | 'tasks'): number => ranks.reduce((all, one) => all + one[key], 0)
      assert.equal([total('chunks'), total('extent'), total('tasks')], [150, 1_510, 3])
      assert.equal(
        ranks.map(({ rank }) => rank),
        [0, 1],
      )
      assert.ok(elapsedMs > 0)
    })
    assert.is(
      pool!.stats().ranks.reduce((all, one) => all + one.chunks, 0),
      150,
    )
  })

  test('recordTiming adds histograms of calls, and how long ranks are busy', async () => {
    await withPool({ recordTiming: true }, async (pool) => {
      for (let i = 0; i < 20; i++) {
        await pool.spmd(() => {
          const end = performance.now() + 1
          while (performance.now() < end);
        })
      }
      await pool.broadcast(() => new Promise<void>((resolve) => setTimeout(resolve, 5)))
      const { regions, tasks, ranks, elapsedMs } = pool.stats()
      assert.equal([regions.runTime!.count, regions.waitTime!.count, tasks.runTime!.count], [20, 20, 2])
      assert.ok(regions.runTime!.percentile(50) >= 1e6 && tasks.runTime!.min >= 4e6)
      for (const { busyMs, idleMs } of ranks) {
        assert.ok(busyMs! >= 24 && busyMs! <= elapsedMs, String(busyMs))
        assert.ok(Math.abs(busyMs! + idleMs! - elapsedMs) < 1e-6)
      }
    })
  })

  test('a trace has every call, every rank in it, and every chunk once', async () => {
    let pool: Pool | undefined
    await withPool({ trace: true, name: 'traced' }, async (opened) => {
      pool = opened
      await pool.forChunks(
        400,
        function count(chunk) {
          return chunk.length
        },
        { combine: (a, b) => a + b, chunkLength: 1 },
      )
      await pool.run(function task() {})
      pool.forChunksSync(100, () => undefined, { chunkLength: 1 })
    })
    const trace = pool!.trace()
    assert.equal(JSON.parse(JSON.stringify(trace)), trace)
    assert.equal(trace.otherData, { pool: 'traced', dropped: 0 })
    const of = (test: (event: TraceEvent) => boolean): TraceEvent[] => trace.traceEvents.filter(test)

    const rows = of(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, args!.name])
    assert.equal(rows, [
      [0, 'calls'],
      [1, 'rank 0'],
      [2, 'rank 1'],
    ])

    const begins = of(({ ph }) => ph === 'b')
    assert.equal(
      begins.map(({ name }) => name.replace(/ \(.*/, '')),
      ['forChunks count', 'run task', 'forChunks'],
    )
    for (const begin of begins) {
      const ends = of(({ ph, id }) => ph === 'e' && id === begin.id)
      assert.is(ends.length, 1)
      assert.ok(ends[0]!.ts >= begin.ts && ends[0]!.name === begin.name)
    }

    // Claims tile the chunks of their regions, and lie within the span of their rank in it.
    const claims = of(({ cat }) => cat === 'chunks')
    const regions = of(({ cat }) => cat === 'region')
    for (const [sequence, count] of [...new Set(claims.map(({ args }) => args!.region))].map((sequence, at) => [
      sequence,
      [400, 100][at]!,
    ])) {
      const own = claims.filter(({ args }) => args!.region === sequence).map(({ args }) => [args!.first, args!.end] as [number, number])
      let next = 0
      for (const [first, end] of own.sort((a, b) => a[0] - b[0])) {
        assert.is(first, next)
        next = end
      }
      assert.is(next, count)
    }
    for (const claim of claims) {
      const outer = regions.find(({ tid, args }) => tid === claim.tid && args!.region === claim.args!.region)!
      assert.ok(outer.ts <= claim.ts && claim.ts + claim.dur! <= outer.ts + outer.dur! + 1e-3)
    }
    assert.is(of(({ cat }) => cat === 'task').length, 1)
    const span = begins[0]!
    const end = of(({ ph, id }) => ph === 'e' && id === span.id)[0]!.ts
    const first = regions.filter(({ ts }) => ts >= span.ts && ts <= end)
    assert.ok(first.length >= 1 && first.length <= 2, 'the clocks of workers are those of the parent')
    assert.ok(of(({ ph }) => ph !== 'M').every(({ ts }, index, all) => ts >= 0 && (index === 0 || ts >= all[index - 1]!.ts)))
  })

  /** What becomes of `call` when `act` is done as soon as it is heard of. */
  async function heard<R>(pool: string, act: () => void, call: () => Promise<R>): Promise<R> {
    const listen = (message: unknown): void => {
      if ((message as Message).pool === pool) act()
    }
    const channels = ['shoal:region:start', 'shoal:task:start']
    for (const channel of channels) subscribe(channel, listen)
    try {
      return await call()
    } finally {
      for (const channel of channels) unsubscribe(channel, listen)
    }
  }

  const endless = () => new Promise(() => {})

  test('who hears of the start of a call may abort it', async () => {
    await withPool({ name: 'aborted' }, async (pool) => {
      const words = allocate(Int32Array, 2)
      const ofRegion = new AbortController()
      const act = (): void => {
        ofRegion.abort('too early')
        Atomics.store(words, 0, 1)
      }
      const wait = (_: unknown, all: Int32Array<SharedArrayBuffer>): undefined => {
        Atomics.add(all, 1, 1)
        while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 1)
      }
      const options = { args: [words], chunkLength: 1, signal: ofRegion.signal } as const
      assert.is(await reasonOf<unknown>(heard('aborted', act, () => pool.forChunks(20, wait, options))), 'too early')
      assert.ok(words[1]! <= 2, `${words[1]} chunks`)
      const ofTask = new AbortController()
      const { signal } = ofTask
      const task = (): Promise<unknown> => pool.with({ signal }).run(endless)
      assert.is(await reasonOf<unknown>(heard('aborted', () => ofTask.abort('so is this'), task)), 'so is this')
    })
  })

  test('who hears of the start of a call may destroy its pool', async () => {
    for (const call of [(pool: Pool) => pool.spmd(() => 1), (pool: Pool) => pool.run(endless)]) {
      await withPool({ name: 'destroyed' }, async (pool) => {
        const act = (): void => void pool.destroy()
        assert.is((await reasonOf(heard('destroyed', act, () => call(pool)))).code, 'SHOAL_POOL_CLOSED')
      })
    }
  })

  test('who hears of the start of a call may close its pool, which waits for that call', async () => {
    for (const call of [(pool: Pool) => pool.forChunks(9, (chunk) => chunk.length, SUM), (pool: Pool) => pool.run(() => 9)]) {
      await withPool({ name: 'closed' }, async (pool) => {
        let closed: Promise<void> | undefined
        const act = (): void => {
          closed = pool.close()
        }
        assert.is(await heard('closed', act, () => call(pool)), 9)
        await closed
      })
    }
  })

  test('a broadcast runs on all workers, whatever who hears of the start of its first task does to the pool', async () => {
    await withPool({ name: 'spread', maxQueue: 0 }, async (pool) => {
      let begun: (() => Promise<unknown>) | undefined
      const later: Promise<unknown>[] = []
      const once = (act: () => Promise<unknown>): Promise<number[]> => {
        begun = act
        const first = (): void => {
          if (begun !== undefined) later.push(begun())
          begun = undefined
        }
        return heard('spread', first, () => pool.broadcast(() => 9))
      }
      assert.equal(await once(() => reasonOf(pool.run(() => 1))), [9, 9])
      assert.equal(await once(() => pool.close()), [9, 9])
      assert.is(((await later[0]) as { code?: string }).code, 'SHOAL_POOL_QUEUE_FULL')
      await later[1]
    })
  })

  test('without trace there is none, and its options are checked', async () => {
    await withPool({}, async (pool) => assert.throws(() => pool.trace(), /trace: true/))
    assert.match((await reasonOf(createPool({ backend, trace: 'x' as never }))).message, /true or false for trace/)
    assert.match((await reasonOf(createPool({ backend, recordTiming: 1 as never }))).message, /true or false for recordTiming/)
  })

  test.run()
}
