import { allocate, type Backend, type Pool, type RegionOptions, Segment } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'

const sizes = [0, 1, 2, 3, 7, 16, 997, 65_537]
const variants: readonly RegionOptions[] = [
  {},
  { schedule: 'static' },
  { schedule: 'dynamic' },
  { schedule: 'guided' },
  { schedule: 'static', chunkLength: 5 },
  { schedule: 'dynamic', chunkLength: 7 },
  { schedule: 'guided', chunkLength: 3 },
  { unit: 12 },
  { schedule: 'guided', unit: 5 },
  { schedule: 'static', unit: 1000 },
]
const types = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const

/** Counts how often each index of `[0, length)` lies in a chunk; the kernel itself checks what a chunk says of itself. */
async function hitsOf(pool: Pool, length: number, options: RegionOptions): Promise<Int32Array> {
  const hits = allocate(Int32Array, length)
  await pool.forChunks(
    hits,
    (chunk, all, unit) => {
      const { start, end, view } = chunk
      const fits = view.length === chunk.length && view.byteOffset === all.byteOffset + start * 4 && chunk.source.length === all.length
      if (!fits || start % unit !== 0 || (end % unit !== 0 && end !== all.length))
        throw new Error(`chunk ${chunk.index}: ${start} to ${end}`)
      for (let index = start; index < end; index++) Atomics.add(all, index, 1)
    },
    { ...options, args: [hits, options.unit ?? 1] },
  )
  return hits
}

export function sources(backend: Backend): void {
  const test = suite(`${backend}: sources`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 3, 4]) {
    test(`${workers} workers visit every index exactly once, by every schedule`, async () => {
      const pool = await pools.of(workers)
      for (const size of sizes) {
        for (const options of variants) {
          const hits = await hitsOf(pool, size, options)
          assert.ok(
            hits.every((count) => count === 1),
            `${size} elements with ${JSON.stringify(options)}`,
          )
        }
      }
    })
  }

  test('a narrower width visits every index too', async () => {
    const pool = await pools.of(4)
    for (const width of [1, 2, 3, 4]) {
      for (const schedule of ['auto', 'static', 'dynamic', 'guided'] as const) {
        assert.ok((await hitsOf(pool, 997, { width, schedule })).every((count) => count === 1))
      }
    }
  })

  for (const Type of types) {
    test(`a part of a ${Type.name} is worked on in place`, async () => {
      const pool = await pools.of(2)
      const whole = allocate(Type as typeof Int16Array, 3_000) as Int16Array<SharedArrayBuffer>
      const isBig = Type.name.startsWith('Big')
      await pool.forChunks(
        whole.subarray(501, 2_501),
        (chunk, big) => {
          const { view, start } = chunk
          for (let index = 0; index < view.length; index++)
            view[index] = (big ? BigInt((start + index) % 100) : (start + index) % 100) as number
        },
        { args: [isBig], chunkLength: 64 },
      )
      const expected = Array.from({ length: 3_000 }, (_, index) => (index < 501 || index >= 2_501 ? 0 : (index - 501) % 100))
      assert.equal([...whole].map(Number), expected)
    })
  }

  test('a length is cut without data', async () => {
    const pool = await pools.of(3)
    for (const length of [0, 1, 2, 997, 2 ** 33 + 1]) {
      const total = await pool.forChunks(length, (chunk) => chunk.end - chunk.start, { combine: (a, b) => a + b })
      assert.is(total, length)
    }
  })

  test('a segment is cut by bytes', async () => {
    const pool = await pools.of(2)
    const segment = Segment.create({ kind: 'anonymous', byteLength: 100_003 })
    await pool.forChunks(segment, (chunk) => void chunk.view.fill(chunk.source.length === 100_003 ? 7 : 0))
    assert.ok(segment.view(Uint8Array).every((byte) => byte === 7))
    segment.close()
  })

  test('10 million elements come out as in a plain loop', async () => {
    const pool = await pools.of(2)
    const numbers = allocate(Float64Array, 10_000_000)
    await pool.forChunks(numbers, (chunk) => {
      const { view, start } = chunk
      for (let index = 0; index < view.length; index++) view[index] = Math.sqrt(start + index)
    })
    for (let index = 0; index < numbers.length; index++) if (numbers[index] !== Math.sqrt(index)) assert.unreachable(`index ${index}`)
  })

  test('a million chunks of one element are all worked on', async () => {
    const pool = await pools.of(2)
    const total = await pool.forChunks(1_000_000, (chunk) => chunk.length, { chunkLength: 1, combine: (a, b) => a + b })
    assert.is(total, 1_000_000)
  })

  const refused: [string, unknown, ErrorConstructor, RegExp][] = [
    ['a view that is not shared', new Float64Array(4), TypeError, /share\(\).*received Float64Array\(4\)/],
    ['a DataView', new DataView(allocate(Uint8Array, 8).buffer), TypeError, /source/],
    ['a negative length', -1, RangeError, /length/],
    ['a fraction', 1.5, RangeError, /length/],
    ['text', 'abc', TypeError, /source/],
    ['nothing', undefined, TypeError, /source/],
  ]
  for (const [what, source, Type, message] of refused) {
    test(`refuses ${what} as a source`, async () => {
      const pool = await pools.of(1)
      try {
        await pool.forChunks(source as number, () => undefined)
      } catch (error) {
        assert.instance(error, Type)
        assert.match((error as Error).message, message)
        return
      }
      assert.unreachable('it was taken')
    })
  }

  test.run()
}
