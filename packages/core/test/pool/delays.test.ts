import { allocate, type Context, createPool, type Pool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FailPoint } from '#internal/worker/fail-point.js'
import { rejection } from '../support/rejection.js'
import { watchdog } from '../support/watchdog.js'
import { delayedCalls, delayedSyncCalls, heldUp, meanwhile } from './support/delays.js'
import { FailPoints } from './support/fail-points.js'

// SHOAL_DELAYS=all: everything that can be done meanwhile, at every point of every call; else one thing each, in turn.
const all = process.env.SHOAL_DELAYS === 'all'
watchdog(all ? 3_600_000 : undefined)

const common: readonly FailPoint[] = ['entered', 'brought', 'left', 'completing', 'completed', 'done', 'out']
const inChunks: readonly FailPoint[] = ['claiming', 'claimed', 'recorded', 'worked']
const withPreimage: readonly FailPoint[] = ['saving', 'saved', 'finishing', 'finished']

function pointsOf(call: string): readonly FailPoint[] {
  if (call.startsWith('spmd')) return common
  return call.includes('preimage') ? [...common, ...inChunks, ...withPreimage] : [...common, ...inChunks]
}

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool; points: FailPoints }>(`delays at every point, among ${backend}`)
  const open = (points: FailPoints): Promise<Pool> => createPool({ workers: 2, backend, env: points.env, hotMs: 1 })
  let turn = 0

  test.before(async (context) => {
    context.points = new FailPoints()
    context.pool = await open(context.points)
  })
  test.after(async ({ pool, points }) => {
    await pool.close()
    points.remove()
  })

  for (const [name, call] of Object.entries(delayedCalls)) {
    test(`${name}: whatever the program does while a worker is held up, everything is right`, async (context) => {
      for (const point of pointsOf(name)) {
        for (const [what, next] of Object.entries(meanwhile).filter((_, index, nexts) => all || index === turn % nexts.length)) {
          await heldUp(context.pool, context.points, point, call, next).catch((error) => {
            throw new Error(`at ${point}, with ${what}: ${error.stack}`)
          })
          if (next.ends) context.pool = await open(context.points)
        }
        turn++
      }
    })
  }

  test('synchronous calls wait for a worker that is held up anywhere', async ({ pool, points }) => {
    for (const [name, call] of Object.entries(delayedSyncCalls)) {
      for (const point of pointsOf(name)) {
        points.hold(point)
        await points.letGo(point, 1)
        call(pool)
        points.release(point)
        await points.letGone()
        call(pool)
      }
    }
  })

  test('a synchronous call whose time ends while it waits for a worker that is stopped on its way out says so', async ({
    pool,
    points,
  }) => {
    const timeout = (error: { code?: string }): boolean => error.code === 'SHOAL_REGION_TIMEOUT'
    points.hold('left')
    await pool.spmd(() => undefined)
    await points.held('left')
    assert.throws(() => pool.spmdSync(() => undefined, { timeoutMs: 10 }), timeout)
    points.release('left')
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
    points.hold('left')
    assert.throws(() => pool.spmdSync(() => undefined, { timeoutMs: 10, graceMs: 10 }), timeout)
    points.release('left')
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('who comes to a barrier when another rank has returned, and has left, is told', async ({ pool, points }) => {
    const come = allocate(Int32Array, 1)
    points.hold('entered')
    points.hold('out')
    const meeting = (ctx: Context, come: Int32Array): void => {
      if (Atomics.add(come, 0, 1) > 0) ctx.barrier()
    }
    const failed = rejection(pool.spmd(meeting, { args: [come] }))
    await points.held('entered')
    await points.held('out')
    points.release('entered')
    points.release('out')
    assert.match((await failed).message, /^Rank . can not complete barrier\(\): rank . has returned, and will never come/)
    assert.equal(await pool.spmd((ctx) => ctx.barrier() || ctx.rank > 1).then((elected) => elected.length), 2)
  })

  test('a worker on its way out of a region that is over does not fill the queue', async ({ points }) => {
    const pool = await createPool({ workers: 2, backend, env: points.env, maxQueue: 0 })
    points.hold('left')
    await pool.spmd(() => undefined)
    await points.held('left')
    const running = pool.run(() => new Promise((resolve) => setTimeout(resolve, 1, 1)))
    assert.not(pool.needsDrain)
    const next = pool.run(() => 2)
    assert.ok(pool.needsDrain)
    points.release('left')
    assert.equal(await Promise.all([running, next]), [1, 2])
    await pool.close()
  })

  test.run()
}
