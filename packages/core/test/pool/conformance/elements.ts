import { allocate, type Backend, share } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

const LENGTHS = [0, 1, 2, 3, 7, 4099]
const NUMBER_TYPES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as unknown as readonly Float64ArrayConstructor[]

/** `forEach`, `map` and `reduce`, against plain loops. */
export function elements(backend: Backend): void {
  const test = suite(`${backend}: elements`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const Type of NUMBER_TYPES) {
    test(`map and reduce over ${Type.name} give what a loop gives`, async () => {
      const pool = await pools.of(3)
      for (const length of LENGTHS) {
        const plain = Type.from({ length }, (_, i) => (i * 37) % 101)
        const xs = share(plain)
        const doubled = await pool.map(xs, (x, i, k) => x * k + (i % 3), { args: [2] })
        assert.equal(
          doubled,
          Type.from(plain, (x, i) => x * 2 + (i % 3)),
        )
        assert.is(doubled.constructor as unknown, Type)
        const total = await pool.reduce(xs, (acc, x, i) => acc + x * i, { identity: 0, combine: (a, b) => a + b })
        assert.is(
          total,
          plain.reduce((acc, x, i) => acc + x * i, 0),
        )
      }
    })
  }

  test('bigints: map in place, into numbers, and reduce', async () => {
    const pool = await pools.of(2)
    const xs = share(BigInt64Array.from({ length: 1000 }, (_, i) => BigInt(i - 500)))
    const into = allocate(Float64Array, 1000)
    assert.is(await pool.map(xs, (x) => Number(x) / 2, { into }), into)
    assert.is(into[0], -250)
    assert.is(await pool.map(xs, (x) => x * 3n, { into: xs }), xs)
    assert.is(await pool.reduce(xs, (acc, x) => acc + x, { identity: 0n, combine: (a, b) => a + b }), -1500n)
  })

  test('two workers get few, long chunks of map and forEach, and of reduce as many as any number of workers', async () => {
    const pool = await pools.of(2)
    const xs = allocate(Uint8Array, 2 ** 20)
    const chunksOf = async (call: () => Promise<unknown>): Promise<number> => {
      const count = (): number => pool.stats().ranks.reduce((all, { chunks }) => all + chunks, 0)
      const before = count()
      await call()
      return count() - before
    }
    assert.is(await chunksOf(() => pool.map(xs, (x) => x + 1, { into: xs })), 512)
    assert.is(await chunksOf(() => pool.forEach(xs.length, () => undefined)), 512)
    assert.is(await chunksOf(() => pool.reduce(xs, (acc, x) => acc + x, { identity: 0, combine: (a, b) => a + b })), 2048)
  })

  test('forEach sees every element once, with its index', async () => {
    const pool = await pools.of(3)
    for (const length of LENGTHS) {
      const xs = share(Float64Array.from({ length }, (_, i) => i))
      const hits = allocate(Int32Array, length + 1)
      await pool.forEach(xs, (x, i, words) => void Atomics.add(words, i, x === i ? 1 : 100), { args: [hits], chunkLength: 7 })
      assert.equal([...hits.subarray(0, length)], Array(length).fill(1))
    }
  })

  test('over a length the element is the index', async () => {
    const pool = await pools.of(2)
    const sum = await pool.reduce(10_001, (acc, i) => acc + i, { identity: 0, combine: (a, b) => a + b })
    assert.is(sum, 50_005_000)
  })

  test('an identity over shared memory, which all accumulators would store into, has to be made by a function', async () => {
    const pool = await pools.of(1)
    for (const identity of [allocate(Float64Array, 1), new Float64Array(new SharedArrayBuffer(8))]) {
      for (const given of [identity, { inside: [identity] }]) {
        const error = await reasonOf(pool.reduce(10, (acc) => acc, { identity: given as unknown, combine: (a) => a }))
        assert.instance(error, TypeError)
        assert.match(error.message, /a function that makes one.* for identity/)
      }
    }
  })

  test('an identity that is an object is new for each accumulator; one may be made by a function', async () => {
    const pool = await pools.of(3)
    const combine = (a: number[], b: number[]): number[] => a.concat(b)
    const push = (acc: number[], i: number): number[] => {
      acc.push(i)
      return acc
    }
    const all = [...Array(500).keys()]
    assert.equal(await pool.reduce(500, push, { identity: [] as number[], combine, chunkLength: 3 }), all)
    assert.equal(await pool.reduce(500, push, { identity: () => [] as number[], combine, chunkLength: 3 }), all)
  })

  test('sums of floats have the same bits for any number of workers', async () => {
    const xs = share(Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i) * 10 ** (i % 17)))
    const sums = new Set<number>()
    for (const workers of [1, 2, 3]) {
      const pool = await pools.of(workers)
      sums.add(await pool.reduce(xs, (acc, x) => acc + x, { identity: 0, combine: (a, b) => a + b }))
    }
    assert.is(sums.size, 1)
  })

  test('into must be shared, as long as the source, and the source itself or apart from it', async () => {
    const pool = await pools.of(2)
    const xs = allocate(Float64Array, 10)
    const copy = (x: number): number => x
    assert.instance(await reasonOf(pool.map(xs.subarray(0, 5), copy, { into: xs.subarray(2, 7) })), RangeError)
    assert.instance(await reasonOf(pool.map(xs, copy, { into: allocate(Float64Array, 9) })), RangeError)
    const plain = new Float64Array(10) as unknown as Float64Array<SharedArrayBuffer>
    assert.match((await reasonOf(pool.map(xs, copy, { into: plain }))).message, /allocate/)
    assert.match((await reasonOf(pool.map(plain, copy))).message, /allocate|share/)
    await pool.map(xs.subarray(0, 5), copy, { into: xs.subarray(5) })
  })

  test('with pre-images a chunk is one unit at least', async () => {
    const pool = await pools.of(2)
    const xs = allocate(Float64Array, 2_500)
    await pool.map(xs, (x) => x + 1, { into: xs, retry: 'preimage', chunkLength: 10, unit: 1_000 })
    assert.ok(xs.every((x) => x === 1))
  })

  test('large arrays that are not shared are refused as arguments', async () => {
    const pool = await pools.of(1)
    const error = await reasonOf(pool.forEach(1, (_x, _i, _big: Float64Array) => {}, { args: [new Float64Array(200_000)] }))
    assert.is(error.code, 'SHOAL_VALUE_TOO_LARGE')
    assert.match(error.message, /share\(\)/)
    const nested = { tables: [new Map([['prices', new Float64Array(200_000)]])], itself: {} }
    nested.itself = nested
    const inside = await reasonOf(pool.forEach(1, (_x, _i, _nested: object) => {}, { args: [nested] }))
    assert.is(inside.code, 'SHOAL_VALUE_TOO_LARGE')
    assert.match(inside.message, /for args\[0\]\.tables\.0\.0 but received a Float64Array of 1600000 bytes/)
  })

  test.run()
}
