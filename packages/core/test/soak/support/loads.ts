import { allocate, type Pool, ShoalError } from '@shoal/core'
import * as assert from 'uvu/assert'
import { retriedCalls } from '../../pool/support/retried-calls.js'
import type { Random } from './random.js'

/** One call and a look at its result. Rejects with what the call rejected with; everything else is a wrong result. */
export type Load = (pool: Pool, random: Random) => Promise<void>

/** Kills hit the same chunk by chance: what is tested is not that a chunk is given up. */
const ANY = { maxAttempts: 1_000 }

/** Calls whose results no death may change. */
export const unbreakable: readonly Load[] = Object.values(retriedCalls).map(
  (call): Load =>
    (pool, random) =>
      call(pool, { ...ANY, width: 1 + random.below(pool.size), schedule: random.of(['auto', 'dynamic', 'static'] as const) }),
)

/** Calls that a death may end, with the code for it. */
export const breakable: readonly Load[] = [
  async function spmd(pool) {
    const sums = await pool.spmd((ctx) => {
      let sum = 0
      for (let round = 0; round < 20; round++) sum += ctx.allReduce(ctx.rank + round, 'sum')
      return ctx.single(() => sum) + ctx.exclusive(() => 0)
    })
    const ranks = (pool.size * (pool.size - 1)) / 2
    assert.equal(sums, new Array(pool.size).fill(20 * ranks + pool.size * 190))
  },

  async function loops(pool) {
    const hits = allocate(Int32Array, 5_000)
    await pool.spmd(
      (ctx, words) => {
        for (const chunk of ctx.chunks(words, { chunkLength: 7 })) for (let i = 0; i < chunk.length; i++) chunk.view[i]! += 1
        ctx.barrier()
      },
      { args: [hits] },
    )
    assert.ok(hits.every((count) => count === 1))
  },

  async function forEach(pool, random) {
    const hits = allocate(Int32Array, 10_000)
    await pool.forEach(
      hits.length,
      (_, i, words) => {
        words[i]! += 1
      },
      { args: [hits], width: 1 + random.below(pool.size) },
    )
    assert.ok(hits.every((count) => count === 1))
  },

  async function run(pool, random) {
    const n = random.below(1_000)
    assert.is(await pool.run(async (x) => 2 * x, n), 2 * n)
  },

  async function broadcast(pool) {
    assert.equal(await pool.broadcast((text) => text.length, 'shoal'), new Array(pool.size).fill(5))
  },

  async function synchronous(pool) {
    const lengths = pool.forChunksSync(1_000, (chunk) => chunk.length, {
      ...ANY,
      chunkLength: 10,
      retry: 'idempotent',
      combine: (a, b) => a + b,
    })
    assert.is(lengths, 1_000)
  },

  async function synchronousSpmd(pool) {
    const ranks = pool.spmdSync((ctx) => [ctx.barrier(), ctx.allReduce(1, 'sum')][1])
    assert.equal(ranks, new Array(pool.size).fill(pool.size))
  },
]

/** Whether a death may be the reason. A synchronous call needs its workers at once, and one may have just died or be busy. */
const deaths: readonly string[] = [
  'SHOAL_REGION_WORKER_DIED',
  'SHOAL_TASK_WORKER_DIED',
  'SHOAL_POOL_BUSY',
  // Three deaths in one region, none of which lost anything by itself.
  'SHOAL_REGION_CHUNK_POISONOUS',
]

export function isDeath(error: unknown): boolean {
  return error instanceof ShoalError && deaths.includes(error.code)
}
