import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createPool, type Pool, type Progress } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FailPoint } from '#internal/worker/fail-point.js'
import { watchdog } from '../support/watchdog.js'
import { FailPoints } from './support/fail-points.js'
import { retriedCalls } from './support/retried-calls.js'
import { until } from './support/until.js'

watchdog()
const closesHot = fileURLToPath(new URL('./fixtures/closes-hot.js', import.meta.url))

/** Where every call passes, wherever its work comes from. */
const common: readonly FailPoint[] = [
  'entered',
  'claiming',
  'claimed',
  'recorded',
  'worked',
  'brought',
  'left',
  'completing',
  'completed',
  'done',
  'out',
]
const withPreimage: readonly FailPoint[] = ['saving', 'saved', 'finishing', 'finished']
const withCommits: readonly FailPoint[] = ['merging', 'committed']

function pointsOf(call: string): readonly FailPoint[] {
  if (call.includes('preimage')) return [...common, ...withPreimage, ...withCommits]
  return call.startsWith('map') || call.includes('without') ? [...common, ...withCommits] : common
}

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool; points: FailPoints }>(`deaths at every point, among ${backend}`)

  test.before(async (context) => {
    context.points = new FailPoints()
    context.pool = await createPool({ workers: 2, backend, env: context.points.env })
  })
  test.after(async ({ pool, points }) => {
    await pool.close()
    points.remove()
  })

  for (const [name, call] of Object.entries(retriedCalls)) {
    test(`${name}: the result is that of one that nobody died in`, async ({ pool, points }) => {
      for (const point of pointsOf(name)) {
        // In the middle of the work, where there is one before and one after.
        points.arm(point, withPreimage.includes(point) ? 30 : 1)
        let last: Progress | undefined
        await call(pool, {
          onProgress: (progress) => {
            last = progress
          },
        }).catch((error) => {
          throw new Error(`at ${point}: ${error.stack}`)
        })
        assert.equal(points.disarm(), [], `nobody came to ${point}`)
        // Of the call before, whose result was out before the death was known, one more may fall into this one.
        assert.ok(last!.retries <= 2, point)
      }
    })
  }

  test('a synchronous call waits for a worker that is still on its way out of the region before', async ({ pool, points }) => {
    points.hold('left')
    await pool.spmd(() => undefined)
    await points.letGo('left', 50)
    assert.equal(
      pool.spmdSync((ctx) => ctx.rank),
      [0, 1],
    )
    await points.letGone()
  })

  test('a program that closes its pool meanwhile goes on when the worker is out', async ({ points }) => {
    const child = spawn(process.execPath, [closesHot, backend], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...points.env },
    })
    let told = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    const ended = once(child, 'exit')
    await until(() => told === 'closing\n' || child.exitCode !== null)
    points.release('left')
    assert.equal([await ended, told], [[0, null], 'closing\nclosed\n'])
  })

  test.run()
}
