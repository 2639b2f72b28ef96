import { allocate, argsort, type Backend, type Pool, type SharedView, sort, sortByKey, unique, type ViewConstructor } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { watchdog } from '../support/watchdog.js'
import { firstDifference, sharedInput, sharedTypes, sortedCopy } from './support/columns.js'
import { distributionsOf } from './support/inputs.js'

watchdog()
const test = suite('sort')
const backends = new Map<Backend, Pools>([
  ['threads', new Pools('threads')],
  ['processes', new Pools('processes')],
])
test.after(async () => {
  for (const pools of backends.values()) await pools.close()
})

/** More than one thread sorts alone, and at most a few chunks more. */
const lengths = [65_537, 70_001, 131_071, 99_999, 65_536 * 2 + 1]

/** One thread sorts as much as 1 MiB where it does so by vectors. */
function lengthOf({ BYTES_PER_ELEMENT: bytes }: ViewConstructor, turn: number): number {
  return lengths[turn % lengths.length]! * (bytes < 4 ? 1 : 16 / bytes)
}

const workerCounts = [1, 2, 3, 4, 5]
/** One of each backend. */
const poolsOf = (workers: number): Promise<Pool[]> => Promise.all([...backends.values()].map((pools) => pools.of(workers)))

// What is sorted, and the built-in sort of it, take longer than the sorts: each is made once, for both backends.
let turn = 0
for (const type of sharedTypes) {
  test(`${type.name}: is what the built-in sort makes of every distribution, on every pool`, async () => {
    for (const name of distributionsOf(type as never)) {
      turn++
      for (const workers of workerCounts) {
        const length = lengthOf(type, turn + workers)
        const xs = sharedInput(type, length, name, turn + workers)
        const expected = sortedCopy(xs)
        for (const pool of await poolsOf(workers)) {
          const at = firstDifference(await sort(pool, xs), expected)
          assert.is(at, -1, `${name}, ${length} elements, ${workers} ${pool.backend}: wrong at ${at}`)
        }
      }
    }
  })

  test(`${type.name}: in place it is the same, with elements around the view left alone, on every pool`, async () => {
    for (const name of distributionsOf(type as never)) {
      turn++
      for (const workers of workerCounts) {
        const length = lengthOf(type, turn + workers)
        const descending = (turn + workers) % 2 === 1
        const whole = sharedInput(type, length + 2, name, turn + workers)
        const before = whole.slice()
        const expected = whole.slice()
        ;(par.sort as (xs: unknown, options: object) => unknown)(expected.subarray(1, -1), { descending })
        for (const pool of await poolsOf(workers)) {
          ;(whole as Float64Array).set(before as Float64Array)
          await sort(pool, whole.subarray(1, -1) as SharedView, { inPlace: true, descending })
          assert.is(firstDifference(whole, expected), -1, `${name}, ${length} elements, ${workers} ${pool.backend}`)
        }
      }
    }
  })
}

test('in place, a bucket of any size is sorted', async () => {
  const pool = await backends.get('threads')!.of(2)
  for (const type of [Int16Array, Float64Array, BigUint64Array]) {
    // All but one are in one bucket, whose keys differ in low bits.
    const xs = sharedInput(type as never, 300_001, 'few unique')
    for (let i = 0; i < xs.length; i++) xs[i] = (type === BigUint64Array ? BigInt(i * 7919) % 200_003n : (i * 7919) % 200_003) as never
    xs[77] = (type === BigUint64Array ? 2n ** 64n - 1n : type === Float64Array ? 1e300 : -5) as never
    const expected = sortedCopy(xs)
    const alone = par.sort(xs.slice(), { inPlace: true })
    assert.is(firstDifference(alone, expected), -1)
    await sort(pool, xs, { inPlace: true })
    assert.is(firstDifference(xs, expected), -1)
  }
})

test('sorts every length from none on', async () => {
  const pool = await backends.get('threads')!.of(3)
  for (const type of sharedTypes) {
    for (const length of [0, 1, 2, 3, 23, 24, 25, 97, 1000, 4096, 65_535, 65_536]) {
      const xs = sharedInput(type, length, 'random', length)
      const expected = sortedCopy(xs)
      assert.is(firstDifference(par.sort(xs.slice(), { inPlace: true }), expected), -1, `${type.name}, ${length}, in place`)
      assert.is(firstDifference(await sort(pool, xs), expected), -1, `${type.name}, ${length}`)
    }
  }
})

test('sorts ten million', async () => {
  const pool = await backends.get('threads')!.of(2)
  const xs = sharedInput(Float64Array, 10_000_000, 'random')
  const expected = sortedCopy(xs)
  assert.is(firstDifference(await sort(pool, xs), expected), -1)
})

test('keeps what is around the view', async () => {
  const pool = await backends.get('threads')!.of(2)
  const whole = allocate(Uint8Array, 100_005).fill(7)
  await sort(pool, whole.subarray(2, 100_002).fill(3))
  assert.equal([...whole.subarray(0, 3), ...whole.subarray(100_001)], [7, 7, 3, 3, 7, 7, 7])
})

test('descends with NaN last and -0 after 0', async () => {
  const pool = await backends.get('threads')!.of(2)
  assert.equal([...par.sort(Float64Array.of(1, Number.NaN, -0, 0, 2), { descending: true })], [2, 1, 0, -0, Number.NaN])
  const xs = sharedInput(Float32Array, 70_001, 'NaN-laden')
  const ascending = sortedCopy(xs)
  const numbers = ascending.findIndex((x) => Number.isNaN(x))
  const expected = [...ascending.subarray(0, numbers).reverse(), ...ascending.subarray(numbers)]
  assert.is(firstDifference(await sort(pool, xs, { descending: true }), expected), -1)
})

test('into another view leaves the source alone', async () => {
  const pool = await backends.get('processes')!.of(2)
  for (const length of [10, 100_000]) {
    for (const distribution of ['random', 'equal'] as const) {
      const xs = sharedInput(Int16Array, length, distribution)
      const before = xs.slice()
      const into = allocate(Int16Array, length) as SharedView
      assert.is(await sort(pool, xs, { into } as never), into)
      assert.is(firstDifference(xs, before), -1)
      assert.is(firstDifference(into, sortedCopy(before)), -1)
    }
  }
})

test('argsort gives each index once, ties in order, in both directions', async () => {
  for (const [backend, workers] of [
    ['threads', 2],
    ['processes', 3],
  ] as const) {
    const pool = await backends.get(backend)!.of(workers)
    for (const type of sharedTypes) {
      for (const descending of [false, true]) {
        const xs = sharedInput(type, 66_000, 'few unique')
        const order = await argsort(pool, xs, { descending })
        const seen = new Uint8Array(xs.length)
        order.forEach((index) => {
          seen[index] = 1
        })
        assert.ok(seen.every((once) => once === 1))
        const isOrdered = order.every((index, at) => {
          if (at === 0) return true
          const [a, b] = [xs[order[at - 1]!]!, xs[index]!]
          return a === b ? order[at - 1]! < index : descending ? a > b : a < b
        })
        assert.ok(isOrdered, `${type.name}, ${backend}`)
        assert.is(firstDifference(par.argsort(xs, { descending }), order), -1)
      }
    }
  }
})

test('values of every width travel with keys of every width, and stay in order for equal ones', async () => {
  const pool = await backends.get('threads')!.of(2)
  for (const keyType of sharedTypes) {
    for (const valueType of [Uint8Array, Int16Array, Float32Array, BigUint64Array]) {
      const keys = sharedInput(keyType, 66_001, 'few unique')
      const values = sharedInput(valueType as never, 66_001, 'sorted')
      const order = par.argsort(keys)
      const expectedKeys = Array.from(order, (index) => keys[index])
      const expectedValues = Array.from(order, (index) => values[index])
      const moved = allocate(valueType, values.length) as SharedView
      await sort(pool, values, { keys, into: moved } as never)
      assert.is(firstDifference(moved, expectedValues), -1)
      await sortByKey(pool, keys, values)
      assert.is(firstDifference(keys, expectedKeys), -1)
      assert.is(firstDifference(values, expectedValues), -1)
    }
  }
})

test('unique has every value once', async () => {
  const pool = await backends.get('threads')!.of(2)
  for (const type of sharedTypes) {
    for (const name of distributionsOf(type as never)) {
      const xs = sharedInput(type, 66_000, name)
      const expected = [...new Set(sortedCopy(xs) as Iterable<unknown>)]
      assert.is(firstDifference(zeros(await unique(pool, xs)), zeros(expected as number[])), -1, `${type.name}, ${name}`)
    }
  }
  assert.equal([...par.unique(new Int8Array())], [])
})

/** Which of the zeros stands for both is not said. */
function zeros(values: ArrayLike<number | bigint>): unknown[] {
  return Array.from(values, (x) => (x === 0 ? 0 : x))
}

test('refuses what does not fit', async () => {
  const pool = await backends.get('threads')!.of(2)
  const xs = allocate(Float64Array, 8)
  const refused = async (call: () => unknown, message: RegExp): Promise<void> => {
    const error = await (async () => call())().then(
      () => undefined,
      (error: Error) => error,
    )
    assert.match(String(error), message)
  }
  await refused(() => sort(pool, new Float64Array(3) as never), /TypeError: Expected a view over shared memory/)
  await refused(() => sort(pool, xs, { into: allocate(Float32Array, 8) as never }), /TypeError: Expected a Float64Array.* for into/)
  await refused(() => sort(pool, xs, { into: allocate(Float64Array, 7) }), /RangeError: Expected a view of 8 elements.* for into/)
  await refused(() => sort(pool, xs.subarray(0, 6), { into: xs.subarray(1, 7) }), /RangeError: .* overlap/)
  await refused(() => sort(pool, xs, { keys: allocate(Int8Array, 3) }), /RangeError: Expected a view of 8 elements/)
  await refused(() => sort(pool, xs, { inPlace: true as false, keys: xs }), /TypeError: Expected false, or no keys beside it for inPlace/)
  await refused(() => sortByKey(pool, xs, allocate(Int8Array, 3)), /RangeError/)
  await refused(() => argsort(pool, xs, { into: allocate(Uint32Array, 3) }), /RangeError/)
  const [some, others] = [xs.subarray(0, 6), xs.subarray(1, 7)]
  await refused(() => sortByKey(pool, some, others), /RangeError: Expected a view that does not overlap .* for values/)
  await refused(() => par.sortByKey(some, others), /RangeError: .* for values/)
  await refused(() => sort(pool, some, { keys: others }), /RangeError: Expected a view that does not overlap .* for keys/)
  assert.is((await sortByKey(pool, xs, xs)).values, xs)
  await refused(() => sort(pool, xs, { descending: 1 as never }), /TypeError: Expected true or false for descending/)
  await refused(() => par.argsort(xs, { descending: 'yes' as never }), /TypeError: Expected true or false for descending/)
  await refused(() => par.topK(pool, xs, 1, { smallest: 1 as never }), /TypeError: Expected true or false for smallest/)
  await refused(() => par.merge(xs, xs, { into: null as never }), /TypeError: Expected a typed array for into but received null/)
  await refused(() => sort(pool, xs, { signal: AbortSignal.abort(new Error('enough')) }), /Error: enough/)
})

test.run()
