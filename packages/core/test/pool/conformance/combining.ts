import { type Backend, share } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Schedule } from '#internal/schedule/index.js'
import { Pools } from '../support/pools.js'

const schedules: readonly Schedule[] = ['auto', 'static', 'dynamic', 'guided']

export function combining(backend: Backend): void {
  const test = suite(`${backend}: combine`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 3, 4]) {
    test(`partials of ${workers} workers meet in index order`, async () => {
      const pool = await pools.of(workers)
      for (const length of [0, 1, 2, 3, 100, 997]) {
        const expected = Array.from({ length }, (_, index) => `${index},`).join('')
        for (const schedule of schedules) {
          const text = await pool.forChunks(
            length,
            (chunk) => {
              let part = ''
              for (let index = chunk.start; index < chunk.end; index++) part += `${index},`
              return part
            },
            { schedule, combine: (a, b) => a + b, ...(schedule === 'auto' ? {} : { chunkLength: 3 }) },
          )
          assert.is(text, expected)
        }
      }
    })
  }

  test('sums of floats do not depend on the number of workers, nor on who was faster', async () => {
    const numbers = share(Float64Array.from({ length: 200_003 }, (_, index) => Math.sin(index) * 10 ** (index % 30)))
    for (const options of [
      {},
      { schedule: 'guided' },
      { schedule: 'dynamic', chunkLength: 17 },
      { schedule: 'static', chunkLength: 100 },
    ] as const) {
      const sums = new Set<number>()
      for (const workers of [1, 2, 3, 4]) {
        const pool = await pools.of(workers)
        for (let run = 0; run < 5; run++) {
          sums.add(
            await pool.forChunks(numbers, (chunk) => chunk.view.reduce((a, b) => a + b, 0), { ...options, combine: (a, b) => a + b }),
          )
        }
      }
      assert.is(sums.size, 1, `${JSON.stringify(options)}: ${[...sums]}`)
    }
  })

  test('the grouping is the same for any number of workers', async () => {
    const groupings = new Set<string>()
    for (const workers of [1, 2, 3, 4]) {
      const pool = await pools.of(workers)
      for (let run = 0; run < 5; run++) {
        groupings.add(await pool.forChunks(37, (chunk) => String(chunk.index), { chunkLength: 1, combine: (a, b) => `(${a} ${b})` }))
      }
    }
    assert.is(groupings.size, 1)
  })

  test('combine may change and return its first argument', async () => {
    const pool = await pools.of(3)
    const all = await pool.forChunks(1_000, (chunk) => [chunk.start], {
      chunkLength: 1,
      combine: (a, b) => {
        a.push(...b)
        return a
      },
    })
    assert.equal(all, [...Array(1_000).keys()])
  })

  test('one chunk is not combined with anything', async () => {
    const pool = await pools.of(2)
    const never = (): never => {
      throw new Error('combine was called')
    }
    assert.is(await pool.forChunks(5, (chunk) => chunk.length, { chunkLength: 5, combine: never }), 5)
    assert.is(await pool.forChunks(0, (chunk) => chunk.length, { combine: never }), 0)
  })

  test('accumulators are combined in rank order', async () => {
    const pool = await pools.of(4)
    const ranks = await pool.foldChunks(400, (acc, chunk) => acc || [chunk.rank], {
      chunkLength: 1,
      init: () => undefined as unknown as number[],
      combine: (a, b) => [...a, ...b],
    })
    assert.equal(
      ranks,
      [...ranks].sort((a, b) => a - b),
    )
  })

  test('partials of every kind travel: text, big integers, typed arrays, maps, nothing', async () => {
    const pool = await pools.of(2)
    const chunkLength = 1
    assert.is(await pool.forChunks(100, (chunk) => BigInt(chunk.start), { chunkLength, combine: (a, b) => a + b }), 4950n)
    const array = await pool.forChunks(100, (chunk) => Float64Array.of(chunk.start), {
      chunkLength,
      combine: (a, b) => Float64Array.of(...a, ...b),
    })
    assert.equal([...array], [...Array(100).keys()])
    const map = await pool.forChunks(100, (chunk) => new Map([[chunk.start % 7, 1]]), {
      chunkLength,
      combine: (a, b) => {
        for (const [key, count] of b) a.set(key, (a.get(key) ?? 0) + count)
        return a
      },
    })
    assert.is(
      [...map.values()].reduce((a, b) => a + b),
      100,
    )
    assert.is(await pool.forChunks(100, () => undefined as unknown, { chunkLength, combine: (a, b) => a ?? b }), undefined)
    assert.is(await pool.forChunks(100, () => null, { chunkLength, combine: (a) => a }), null)
  })

  test('partials of megabytes travel', async () => {
    const pool = await pools.of(2)
    const longest = await pool.forChunks(8, (chunk) => 'x'.repeat(1_000_000 + chunk.start), {
      chunkLength: 1,
      combine: (a, b) => (a.length > b.length ? a : b),
    })
    assert.is(longest.length, 1_000_007)
  })

  test.run()
}
