import { allocate, type Pool, type Progress, type RegionOptions, ShoalError, segmentOf } from '@shoal/core'
import * as assert from 'uvu/assert'
import type { FailPoint } from '#internal/worker/fail-point.js'
import type { FailPoints } from './fail-points.js'
import { retriedCalls } from './retried-calls.js'
import { until } from './until.js'
import { untilWhole } from './until-whole.js'

type Call = (pool: Pool, options: RegionOptions) => Promise<void>

/** Regions that a worker is held up in, each with a look at its result. */
export const delayedCalls: Readonly<Record<string, Call>> = {
  ...retriedCalls,

  async spmd(pool, options) {
    const sums = await pool.spmd((ctx) => ctx.allReduce(ctx.rank + 1, 'sum') + ctx.single(() => 1), options)
    assert.equal(sums, new Array(pool.size).fill((pool.size * (pool.size + 1)) / 2 + 1))
  },

  async 'forChunks over a segment that is freed at once'(pool, options) {
    const words = allocate(Int32Array, 1_000)
    await pool.forChunks(words, ({ view }) => void view.fill(1), { ...options, chunkLength: 10 })
    assert.ok(words.every((word) => word === 1))
    segmentOf(words)!.free()
  },
}

/** A call with a worker that is held at a point of it. */
export interface Scene {
  readonly pool: Pool
  readonly points: FailPoints
  readonly point: FailPoint
  readonly call: Call
  readonly controller: AbortController
  /** Whether the call has ended though the worker is still held. */
  readonly isOver: boolean
  letGo(afterMs?: number): Promise<void>
}

interface Meanwhile {
  readonly options?: RegionOptions
  /** What the program does meanwhile. Lets the worker go before it waits for it. */
  readonly act: (scene: Scene) => Promise<void>
  /** Whether the call may end with such an error, for what was done. */
  readonly mayFail?: (error: { readonly code?: string; readonly name?: string }) => boolean
  /** Whether the pool can not be used after it. */
  readonly ends?: boolean
}

/** Calls by the calling thread and a worker that is held up. */
export const delayedSyncCalls: Readonly<Record<string, (pool: Pool) => void>> = {
  spmdSync(pool) {
    assert.equal(
      pool.spmdSync((ctx) => ctx.allReduce(ctx.rank, 'sum') + ctx.single(() => 1)),
      new Array(pool.size).fill((pool.size * (pool.size - 1)) / 2 + 1),
    )
  },
  forChunksSync(pool) {
    const indices = pool.forChunksSync(50, (chunk) => [chunk.index], { chunkLength: 1, combine: (a, b) => a.concat(b) })
    assert.equal(indices, [...Array(50).keys()])
  },
  'mapSync in place with preimage'(pool) {
    const xs = allocate(Float64Array, 50).fill(1)
    pool.mapSync(xs, (x) => x + 1, { chunkLength: 1, into: xs, retry: 'preimage' })
    assert.ok(xs.every((x) => x === 2))
  },
}

const sum = (a: number, b: number): number => a + b

/** What a program may do next. */
export const meanwhile: Readonly<Record<string, Meanwhile>> = {
  'the same call': { act: beside(({ pool, call }) => call(pool, {})) },
  'the same call by fewer workers': {
    act: beside(({ pool, call }) => (call === delayedCalls.spmd ? call(pool, {}) : call(pool, { width: 1 }))),
  },
  'an spmd': { act: beside(async ({ pool }) => assert.equal(await pool.spmd((ctx) => [ctx.barrier(), ctx.rank][1]), ranksOf(pool))) },
  'forChunks of other widths': {
    act: beside(async ({ pool }) => {
      const calls = ranksOf(pool).map((rank) =>
        pool.forChunks(50, (chunk) => chunk.length, { chunkLength: 3, width: rank + 1, combine: sum }),
      )
      assert.equal(await Promise.all(calls), new Array(pool.size).fill(50))
    }),
  },
  tasks: {
    act: beside(async ({ pool }) => assert.equal(await Promise.all([1, 2, 3].map((n) => pool.run(async (x) => 2 * x, n))), [2, 4, 6])),
  },
  'a broadcast': { act: beside(async ({ pool }) => assert.equal(await pool.broadcast(() => 1), ranksOf(pool).fill(1))) },
  'a synchronous forChunks': {
    act: synchronously((pool) =>
      assert.is(
        pool.forChunksSync(50, (chunk) => chunk.length, { chunkLength: 3, combine: sum }),
        50,
      ),
    ),
  },
  'a synchronous spmd': {
    act: synchronously((pool) =>
      assert.equal(
        pool.spmdSync((ctx) => ctx.allReduce(1, 'sum')),
        new Array(pool.size).fill(pool.size),
      ),
    ),
  },
  'an abort': { act: beside(async ({ controller }) => controller.abort()), mayFail: ({ name }) => name === 'AbortError' },
  'the end of its time': {
    options: { timeoutMs: 1 },
    act: beside(() => new Promise((resolve) => setTimeout(resolve, 2))),
    mayFail: ({ code }) => code === 'SHOAL_REGION_TIMEOUT',
  },
  'the end of its time, and its eviction': {
    options: { timeoutMs: 1, graceMs: 1 },
    act: (scene) => until(() => scene.isOver),
    mayFail: ({ code }) => code === 'SHOAL_REGION_TIMEOUT',
  },
  'the death of another worker': {
    act: beside(async ({ pool, points, point }) => {
      points.arm(point === 'left' ? 'brought' : 'left')
      const lengths = pool.forChunks(50, (chunk) => chunk.length, { chunkLength: 3, retry: 'idempotent', combine: sum })
      assert.is(await lengths, 50)
      points.disarm()
    }),
    mayFail: isDeath,
  },
  'a look at the statistics': {
    act: beside(async ({ pool }) => assert.ok(pool.stats().ranks.every(({ regions, chunks }) => regions >= 0 && chunks >= 0))),
  },
  'close(), and destroy() before it has come to an end': {
    act: async ({ pool }) => {
      const closed = pool.close()
      await new Promise(setImmediate)
      await pool.destroy()
      await closed
    },
    mayFail: ({ code }) => code === 'SHOAL_POOL_CLOSED',
    ends: true,
  },
  'close()': { act: beside(({ pool }) => pool.close()), ends: true },
  'destroy()': { act: ({ pool }) => pool.destroy(), mayFail: ({ code }) => code === 'SHOAL_POOL_CLOSED', ends: true },
}

/** Holds a worker at a point of a call, has something done meanwhile, lets it go, and checks that all is right. */
export async function heldUp(
  pool: Pool,
  points: FailPoints,
  point: FailPoint,
  call: Call,
  { options, act, mayFail, ends }: Meanwhile,
): Promise<void> {
  let isOver = false
  let failure: unknown
  const controller = new AbortController()
  const seen: Progress[] = []
  points.hold(point)
  const { signal } = controller
  const called = call(pool, { ...options, signal, onProgress: (progress) => seen.push(progress) })
    .catch((error: unknown) => {
      failure = error
      if (!mayFail?.(Object(error))) throw error
    })
    .finally(() => {
      isOver = true
    })
  // The end of its time may come before.
  await until(() => points.isHeld(point) || failure !== undefined)
  await act({
    pool,
    points,
    point,
    call,
    controller,
    get isOver() {
      return isOver
    },
    async letGo(afterMs) {
      if (afterMs === undefined) points.release(point)
      else await points.letGo(point, afterMs)
    },
  })
  await called
  points.release(point)
  await points.letGone()
  const last = seen.at(-1)
  if (failure === undefined) assert.ok(last!.done === last!.total, JSON.stringify(last))
  if (ends) return
  await checkWhole(pool)
}

async function checkWhole(pool: Pool): Promise<void> {
  await untilWhole(pool, isDeath)
  assert.is(pool.queueSize, 0)
}

function isDeath({ code }: { readonly code?: string }): boolean {
  return code === 'SHOAL_REGION_WORKER_DIED'
}

function ranksOf({ size }: Pool): number[] {
  return Array.from({ length: size }, (_, rank) => rank)
}

/** Begins while the worker is held. What can be done without it is done then. */
function beside(begin: (scene: Scene) => Promise<unknown>): Meanwhile['act'] {
  return async (scene) => {
    const begun = begin(scene)
    await new Promise(setImmediate)
    await scene.letGo()
    await begun
  }
}

/** Of workers of a call that has ended, the next one never says that they are busy. */
function synchronously(call: (pool: Pool) => void): Meanwhile['act'] {
  return async (scene) => {
    const wasOver = scene.isOver
    await scene.letGo(2)
    try {
      call(scene.pool)
    } catch (error) {
      if (wasOver || !(error instanceof ShoalError && error.code === 'SHOAL_POOL_BUSY')) throw error
    }
  }
}
