import {
  allocate,
  bincount,
  convert,
  createPool,
  fill,
  groupBy,
  histogram,
  iota,
  type Pool,
  type Progress,
  scale,
  scan,
  segmentOf,
  share,
  shuffle,
  sort,
  sum,
} from '@shoal/core'
import * as alone from '@shoal/core/algorithms'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FailPoints } from '../pool/support/fail-points.js'
import { watchdog } from '../support/watchdog.js'
import { firstDifference } from './support/columns.js'
import { Columns, everyOption } from './support/every-option.js'

watchdog()

const LENGTH = 400_003

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool; points: FailPoints }>(`how algorithms end on ${backend}`)
  test.before(async (context) => {
    context.points = new FailPoints()
    context.pool = await createPool({ workers: 2, backend, env: context.points.env })
  })
  test.after(async ({ pool, points }) => {
    await pool.close()
    points.remove()
  })
  const numbers = (pool: Pool) => iota(pool, allocate(Float64Array, LENGTH))

  test('out of place, the work of a worker that dies is done again', async ({ pool, points }) => {
    const xs = await numbers(pool)
    for (const point of ['recorded', 'worked', 'brought'] as const) {
      points.arm(point)
      assert.is(await sum(pool, xs), (LENGTH * (LENGTH - 1)) / 2, point)
      points.arm(point)
      const doubled = await scale(pool, xs, 2)
      assert.ok(
        doubled.every((x, i) => x === 2 * i),
        point,
      )
      points.arm(point)
      const sums = await scan(pool, xs)
      assert.ok(
        sums.every((x, i) => x === (i * (i + 1)) / 2),
        point,
      )
      assert.equal(points.disarm(), [], point)
    }
  })

  test('what a worker that dies has counted is not counted twice', async ({ pool, points }) => {
    const xs = allocate(Int32Array, LENGTH)
    for (let i = 0; i < LENGTH; i++) xs[i] = i % 3
    const expected = [0, 1, 2].map((value) => Math.ceil((LENGTH - value) / 3))
    for (const point of ['claimed', 'recorded', 'worked', 'committed', 'brought'] as const) {
      points.arm(point)
      assert.equal([...(await bincount(pool, xs))], expected, point)
      points.arm(point)
      assert.equal([...(await histogram(pool, xs, { bins: 3, range: [0, 3] })).counts], expected, point)
      assert.equal(points.disarm(), [], point)
    }
  })

  test('many groups are those of one thread when a worker dies in any of the passes', async ({ pool, points }) => {
    const [keys, xs] = [allocate(Float64Array, LENGTH), await numbers(pool)]
    for (let i = 0; i < LENGTH; i++) keys[i] = (i * 7919) % (LENGTH >> 1)
    const asked = { n: 'count', total: [xs, 'sum'], most: [xs, 'max'] } as const
    const expected = alone.groupBy([keys], asked)
    let isOver = false
    // Until nobody brings as much any more, which each worker does once a pass.
    for (let visit = 1; !isOver; visit += 3) {
      for (const point of ['recorded', 'worked', 'brought'] as const) {
        points.arm(point, visit)
        const { keys: found, columns } = await groupBy(pool, [keys], asked)
        isOver = points.disarm().length > 0
        const pairs = [
          [found[0], expected.keys[0]],
          ...(['n', 'total', 'most'] as const).map((name) => [columns[name], expected.columns[name]]),
        ]
        for (const [actual, plain] of pairs) assert.is(firstDifference(actual!, plain!), -1, `${point}, ${visit}`)
      }
    }
  })

  test('in place, the call fails and says which part; with pre-images it does not', async ({ pool, points }) => {
    const xs = await numbers(pool)
    points.arm('worked')
    const error = await scale(pool, xs, 2, { into: xs }).then(
      () => undefined,
      (reason) => reason,
    )
    assert.is(error?.code, 'SHOAL_REGION_WORKER_DIED')
    assert.match(error.message, /its work is lost/)
    points.disarm()
    const ys = await numbers(pool)
    for (const point of ['saved', 'finishing', 'worked'] as const) {
      points.arm(point)
      await scale(pool, ys, 2, { into: ys, retry: 'preimage' })
      assert.equal(points.disarm(), [], point)
    }
    assert.ok(ys.every((x, i) => x === 8 * i))
  })

  test('a scan in place goes on with pre-images', async ({ pool, points }) => {
    for (const point of ['claimed', 'saved', 'finishing', 'worked'] as const) {
      const xs = await numbers(pool)
      points.arm(point)
      await scan(pool, xs, { into: xs, retry: 'preimage' })
      assert.equal(points.disarm(), [], point)
      assert.ok(
        xs.every((x, i) => x === (i * (i + 1)) / 2),
        point,
      )
    }
  })

  if (backend === 'processes') {
    test('a scan in place that a kill ends says where it is half done', async ({ pool }) => {
      const chunk = 65_536
      const xs = allocate(Float64Array, 190 * chunk + 5)
      // Where others want the CPUs, most kills come when the scan is over: then one that comes in time is enough.
      for (let deaths = 0, tries = 0; deaths < 4 && (deaths === 0 || tries < 40); tries++) {
        await iota(pool, xs, { start: 1 })
        const [victim] = await pool.broadcast(() => process.pid)
        const scanning = scan(pool, xs, { into: xs }).catch((reason) => reason)
        const seen = (10 + 20 * (tries % 4)) * chunk
        while (xs[seen] === seen + 1);
        process.kill(victim!, 'SIGKILL')
        const outcome = await scanning
        if (outcome === xs) continue
        assert.is(outcome.code, 'SHOAL_REGION_WORKER_DIED')
        deaths++
        for (let start = 0; start < xs.length; start += chunk) {
          const end = Math.min(xs.length, start + chunk)
          const isHalfDone = xs[start] !== start + 1 && xs[end - 1] === end
          if (isHalfDone) assert.match(outcome.message, ` on [${start}, ${end})`)
        }
      }
    })
  }

  test('what is converted in place is not converted twice', async ({ pool, points }) => {
    const halves = await scale(pool, await numbers(pool), 0.5)
    const bits = new BigInt64Array(halves.buffer, halves.byteOffset, LENGTH)
    points.arm('worked')
    const error = await convert(pool, halves, { into: bits }).catch((reason) => reason)
    assert.is(error?.code, 'SHOAL_REGION_WORKER_DIED')
    points.disarm()
    const whole = await numbers(pool)
    const integers = new BigInt64Array(whole.buffer, whole.byteOffset, LENGTH)
    assert.is(await convert(pool, whole, { into: integers }), integers)
    assert.ok(integers.every((x, i) => x === BigInt(i)))
  })

  test('a sort and a shuffle are made good when a worker dies, in place too; not a sort that swaps elements', async ({ pool, points }) => {
    const ordered = await numbers(pool)
    for (const point of ['recorded', 'worked', 'brought'] as const) {
      const xs = await numbers(pool)
      points.arm(point)
      await shuffle(pool, xs, { seed: 3 })
      assert.equal(points.disarm(), [], point)
      assert.not.equal(xs[0], 0)
      points.arm(point)
      await sort(pool, xs, { compare: (a, b) => b - a })
      assert.equal(points.disarm(), [], point)
      assert.ok(
        xs.every((x, i) => x === LENGTH - 1 - i),
        point,
      )
      points.arm(point)
      await sort(pool, xs)
      assert.equal(points.disarm(), [], point)
      assert.ok(
        xs.every((x, i) => x === ordered[i]),
        point,
      )
    }
    const xs = await shuffle(pool, await numbers(pool), { seed: 3 })
    // Deaths while elements are counted are made good; sooner or later comes one while they are swapped.
    let error: { code?: string; message?: string } | undefined
    for (let visit = 1; error === undefined; visit++) {
      points.arm('worked', visit)
      error = await sort(pool, xs, { inPlace: true }).then(
        () => undefined,
        (reason) => reason,
      )
      if (error === undefined) {
        assert.equal(points.disarm(), [], 'somebody has died')
        await shuffle(pool, xs, { seed: 3 })
      }
    }
    assert.is(error.code, 'SHOAL_REGION_WORKER_DIED')
    assert.match(error.message ?? '', /its work is lost/)
  })

  test('a signal ends them between chunks, with its reason; progress counts elements', async ({ pool }) => {
    const xs = await numbers(pool)
    const reason = new Error('enough')
    assert.is(await sum(pool, xs, { signal: AbortSignal.abort(reason) }).catch((error) => error), reason)
    const few = xs.subarray(0, 10)
    assert.is(await sum(pool, few, { signal: AbortSignal.abort(reason) }).catch((error) => error), reason)
    const controller = new AbortController()
    const pending = sum(pool, xs, { signal: controller.signal })
    controller.abort(reason)
    assert.is(await pending.catch((error) => error), reason)
    for (const view of [xs, few]) {
      let last: Progress | undefined
      await fill(pool, view, 1, { onProgress: (progress) => (last = progress) })
      assert.equal([last!.done, last!.total], [view.length, view.length])
    }
  })

  test('options that no region has are refused, however little there is to do', async ({ pool }) => {
    const misuse: readonly [options: object, message: RegExp][] = [
      [{ width: 3 }, /Expected an integer from 1 to 2 \(the pool's size\) for width but received 3/],
      [{ width: 0 }, /for width but received 0/],
      [{ onProgress: 5 }, /Expected a function for onProgress but received 5/],
    ]
    for (const length of [100, 70_001]) {
      const columns = new Columns(length).refill()
      for (const [name, call] of Object.entries(everyOption)) {
        for (const [options, message] of misuse) {
          const outcome = await Promise.resolve(call([pool], columns, options)).catch(String)
          assert.match(String(outcome), message, `${name}, ${length}`)
        }
      }
    }
    const xs = await iota(pool, allocate(Float64Array, 100))
    for (const call of [scale(pool, xs, 2, { into: xs, retry: 'idempotent' as never }), scan(pool, xs, { into: xs, retry: '' as never })]) {
      assert.match(await call.catch((error) => error.message), /Expected 'never' or 'preimage' for retry/)
    }
    assert.is(xs[99], 99)
  })

  test('what workers can not share, and what must not be stored into, is refused', async ({ pool }) => {
    const messageOf = (promise: Promise<unknown>): Promise<string> => promise.then(String, (error) => error.message)
    assert.match(await messageOf(sum(pool, new Float64Array(3) as never)), /Expected a view over shared memory \(make one with allocate/)
    assert.match(await messageOf(sum(pool, 7 as never)), /Expected a typed array for xs/)
    assert.match(await messageOf(sum(pool, share(new Float64Array(3)), 7 as never)), /Expected an object for options/)
    assert.match(await messageOf(sum(pool, share(new Float64Array(3)), { signal: 7 as never })), /Expected an AbortSignal/)
    assert.ok(segmentOf(await scale(pool, share(new Float64Array(3)), 2)))
  })

  test('a closed pool does not work, however little there is to do', async () => {
    const closed = await createPool({ workers: 1, backend })
    await closed.close()
    assert.is(await sum(closed, share(new Float64Array(3))).catch((error) => error.code), 'SHOAL_POOL_CLOSED')
  })

  test.run()
}
