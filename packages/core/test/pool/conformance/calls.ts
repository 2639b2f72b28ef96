import { allocate, type Backend, segmentOf } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Schedule } from '#internal/schedule/index.js'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

const schedules: readonly Schedule[] = ['auto', 'static', 'dynamic', 'guided']
const sizes = [0, 1, 2, 3, 997, 100_003]

/** What `forChunks` and `foldChunks` give back, against sequential loops. */
export function calls(backend: Backend): void {
  const test = suite(`${backend}: forChunks and foldChunks`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 4]) {
    test(`forChunks on ${workers} workers gives what a loop gives`, async () => {
      const pool = await pools.of(workers)
      for (const size of sizes) {
        const numbers = allocate(Int32Array, size).map((_, index) => (index * 7) % 1_000)
        const shared = allocate(Int32Array, size)
        shared.set(numbers)
        for (const schedule of schedules) {
          const sum = await pool.forChunks(shared, (chunk) => chunk.view.reduce((a, b) => a + b, 0), { schedule, combine: (a, b) => a + b })
          assert.is(
            sum,
            numbers.reduce((a, b) => a + b, 0),
          )
        }
      }
    })

    test(`foldChunks on ${workers} workers folds every chunk once, and combines the accumulators`, async () => {
      const pool = await pools.of(workers)
      for (const size of sizes) {
        for (const schedule of schedules) {
          const sum = await pool.foldChunks(size, (acc, chunk) => acc + (chunk.length * (chunk.start + chunk.end - 1)) / 2, {
            schedule,
            init: () => 0,
            combine: (a, b) => a + b,
          })
          assert.is(sum, (size * (size - 1)) / 2 || 0)
        }
      }
    })
  }

  test('foldChunks keeps an accumulator that the kernel changes in place', async () => {
    const pool = await pools.of(3)
    const counts = await pool.foldChunks(
      10_007,
      (acc, chunk) => {
        for (let index = chunk.start; index < chunk.end; index++) acc[index % 10]! += 1
        return undefined
      },
      { chunkLength: 13, init: () => new Array<number>(10).fill(0), combine: (a, b) => a.map((count, index) => count + b[index]!) },
    )
    assert.equal(counts, [1001, 1001, 1001, 1001, 1001, 1001, 1001, 1000, 1000, 1000])
  })

  test('foldChunks makes one accumulator a worker, however many chunks there are', async () => {
    const pool = await pools.of(2)
    const made = await pool.foldChunks(1_000, (acc) => acc, { chunkLength: 1, init: () => 1, combine: (a, b) => a + b })
    assert.ok(made >= 1 && made <= 2, `${made} accumulators`)
  })

  test('forChunks without combine gives nothing back', async () => {
    const pool = await pools.of(2)
    assert.is(await pool.forChunks(100, () => undefined), undefined)
    assert.is(await pool.forChunks(100, (() => 42) as never), undefined)
  })

  test('args reach the kernel after the chunk', async () => {
    const pool = await pools.of(2)
    const factor = await pool.forChunks(10, (chunk, a, b, c) => [chunk.length, a, b, c.d] as const, {
      args: [1, 'two', { d: [3n] }] as const,
      combine: (a, b) => [a[0] + b[0], a[1], a[2], a[3]] as const,
    })
    assert.equal(factor, [10, 1, 'two', [3n]])
  })

  test('a chunk knows its index and rank', async () => {
    const pool = await pools.of(3)
    const seen = await pool.forChunks(100, (chunk) => [[chunk.index, chunk.start, chunk.rank]], {
      chunkLength: 10,
      combine: (a, b) => [...a, ...b],
    })
    assert.equal(
      seen.map(([index, start]) => [index, start]),
      Array.from({ length: 10 }, (_, index) => [index, index * 10]),
    )
    for (const [, , rank] of seen) assert.ok(rank! >= 0 && rank! < 3)
  })

  const misuse: [string, object, ErrorConstructor, RegExp][] = [
    ['a width beyond the pool', { width: 3 }, RangeError, /1 to 2/],
    ['a width of 0', { width: 0 }, RangeError, /width/],
    ['a width that is no number', { width: '2' }, TypeError, /width/],
    ['an unknown schedule', { schedule: 'fair' }, TypeError, /schedule/],
    ['a chunk length of 0', { chunkLength: 0 }, RangeError, /chunkLength/],
    ['a unit of 1.5', { unit: 1.5 }, RangeError, /unit/],
    ['a schedule that is null', { schedule: null }, TypeError, /for schedule but received null/],
    ['a unit that is null', { unit: null }, TypeError, /a positive integer for unit but received null/],
    ['options in a list', [], TypeError, /an object for options/],
    ['args that are no array', { args: 5 }, TypeError, /args/],
    ['a signal that is none', { signal: {} }, TypeError, /AbortSignal/],
    ['an onProgress that is no function', { onProgress: 1 }, TypeError, /onProgress/],
    ['a combine that is no function', { combine: 1 }, TypeError, /combine/],
  ]
  for (const [what, options, Type, message] of misuse) {
    test(`refuses ${what}`, async () => {
      const pool = await pools.of(2)
      const error = await reasonOf(pool.forChunks(10, () => undefined, options as never))
      assert.instance(error, Type)
      assert.match(error.message, message)
    })
  }

  test('a call refuses options that mean nothing to it, when they are none', async () => {
    const pool = await pools.of(2)
    for (const options of [{ schedule: 'fair' }, { chunkLength: 0 }, { unit: null }]) {
      const [name] = Object.keys(options)
      assert.match((await reasonOf(pool.spmd(() => 1, options as never))).message, new RegExp(` for ${name} but received`))
    }
    for (const options of [{ priority: 'high' }, { transfer: 5 }]) {
      const [name] = Object.keys(options)
      assert.throws(() => pool.with(options as never), new RegExp(` for ${name} but received`))
    }
  })

  test('map into nothing is no new view', async () => {
    const pool = await pools.of(2)
    const error = await reasonOf(pool.map(allocate(Int32Array, 4), (x) => x, { into: null as never }))
    assert.match(error.message, /a shared view for into but received null/)
  })

  test('memory of a segment that has been closed is refused, as source, target and argument', async () => {
    const pool = await pools.of(2)
    const open = allocate(Int32Array, 4)
    const closed = allocate(Int32Array, 4)
    segmentOf(closed)!.close()
    for (const call of [
      () => pool.forEach(closed, () => {}),
      () => pool.map(open, (x) => x, { into: closed }),
      () => pool.run((xs: Int32Array) => xs.length, closed),
    ])
      assert.is((await reasonOf(call())).code, 'SHOAL_SEGMENT_CLOSED')
  })

  test('memory that is closed between two equal calls is refused by the second', async () => {
    const pool = await pools.of(2)
    const xs = allocate(Int32Array, 4)
    const lengthOf = (_: unknown, view: Int32Array): number => view.length
    const calls = [() => pool.spmd(lengthOf, { args: [xs] }), async () => pool.spmdSync(lengthOf, { args: [xs] })]
    for (const call of [...calls, ...calls]) assert.equal(await call(), [4, 4])
    segmentOf(xs)!.close()
    for (const call of calls) assert.is((await reasonOf(call())).code, 'SHOAL_SEGMENT_CLOSED')
  })

  test.run()
}
