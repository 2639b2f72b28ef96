import {
  allocate,
  argsort,
  type Backend,
  createPool,
  filter,
  merge,
  nthElement,
  type Pool,
  partitionBy,
  quantile,
  type SharedView,
  searchSorted,
  segmentOf,
  topK,
} from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { watchdog } from '../support/watchdog.js'
import { firstDifference, sharedInput, sharedTypes, sortedCopy } from './support/columns.js'
import { distributionsOf, isBigInt } from './support/inputs.js'

watchdog()
const test = suite('selection')
const pools: Pool[] = []
test.before(async () => {
  for (const [backend, workers] of [
    ['threads', 2],
    ['processes', 3],
  ] as [Backend, number][])
    pools.push(await createPool({ backend, workers }))
})
test.after(async () => {
  for (const pool of pools) await pool.close()
})

type Scalar = number | bigint
type View = Float64Array<SharedArrayBuffer>
const length = 140_003

/** Every type and distribution, on one pool after the other. */
async function forEachInput(
  check: (pool: Pool, xs: SharedView, title: string, scalar: (x: number) => Scalar) => Promise<void>,
): Promise<void> {
  let turn = 0
  for (const type of sharedTypes) {
    for (const name of distributionsOf(type as never)) {
      const xs = sharedInput(type, length, name, 7)
      const scalar = (x: number): Scalar => (isBigInt(type) ? BigInt(Math.trunc(x)) : x)
      await check(pools[turn++ % pools.length]!, xs, `${type.name}, ${name}`, scalar)
    }
  }
}

const plain = (xs: SharedView, holds: (x: Scalar) => boolean): Scalar[] => Array.from(xs as ArrayLike<Scalar>).filter(holds)

test('filter and partitionBy compare as JavaScript does', async () => {
  await forEachInput(async (pool, xs, title, scalar) => {
    const [low, high, one] = [scalar(0), scalar(100.5), scalar(1)]
    const cases: [object, (x: Scalar) => boolean][] = [
      [{ ge: low, lt: high }, (x) => x >= low && x < high],
      [{ ne: one }, (x) => x !== one],
      [{ gt: low, ne: one }, (x) => x > low && x !== one],
    ]
    for (const [where, holds] of cases) {
      assert.is(firstDifference(await filter(pool, xs, where as never), plain(xs, holds)), -1, `${title}, ${Object.keys(where)}`)
    }
    const { matching, rest } = await partitionBy(pool, xs, { eq: low } as never)
    assert.is(
      firstDifference(
        matching,
        plain(xs, (x) => x === low),
      ),
      -1,
      title,
    )
    assert.is(
      firstDifference(
        rest,
        plain(xs, (x) => x !== low),
      ),
      -1,
      title,
    )
  })
})

test('more elements than there are indices of 32 bits are refused', async () => {
  // Nothing is stored, so it takes no memory.
  const xs = allocate(Uint8Array, 2 ** 32)
  const [pool] = pools as [Pool]
  const calls = {
    topK: () => topK(pool, xs, 1),
    argsort: () => argsort(pool, xs),
    searchSorted: () => searchSorted(pool, xs, xs.subarray(0, 1)),
  }
  for (const [name, call] of Object.entries(calls)) {
    const error = await call().catch((reason) => reason)
    assert.match(String(error), /RangeError: Expected at most 2\^32 − 1 elements/, name)
  }
  segmentOf(xs)!.free()
})

test('a kernel selects by whatever is true in a condition, with a pool as without', async () => {
  const xs = par.iota(sharedInput(Int32Array, 70_001, 'equal') as Int32Array<SharedArrayBuffer>)
  const kernels = [
    (x: number) => x & 256,
    (x: number) => x / 100_000,
    (x: number) => (x % 3 === 0 ? 'a' : ''),
    (x: number) => (x % 2 === 0 ? {} : null),
    () => Number.NaN,
  ] as unknown as ((x: number) => boolean)[]
  for (const kernel of kernels) {
    const chosen = Array.from(xs).filter(kernel)
    assert.is(firstDifference(par.filter(xs, kernel), chosen), -1, String(kernel))
    for (const pool of pools) {
      assert.is(firstDifference(await filter(pool, xs, kernel), chosen), -1, String(kernel))
      assert.is((await par.partitionBy(pool, xs, kernel)).matching.length, chosen.length, String(kernel))
    }
  }
  assert.match(
    await filter(pools[0]!, xs, { mask: new Uint8Array(70_001) as never }).catch((error) => error.message),
    /Expected a view over shared memory .* for where.mask/,
  )
})

test('filter takes a mask and a kernel, and the form without a pool the same', async () => {
  const xs = sharedInput(Float64Array, length, 'random') as Float64Array<SharedArrayBuffer>
  const mask = sharedInput(Uint8Array, length, 'few unique') as Uint8Array<SharedArrayBuffer>
  const chosen = Array.from(xs).filter((_, i) => mask[i] !== 0)
  const even = Array.from(xs).filter((_, i) => i % 2 === 0)
  for (const pool of pools) {
    assert.is(firstDifference(await filter(pool, xs, { mask }), chosen), -1)
    assert.is(firstDifference(await filter(pool, xs, (_x, i) => i % 2 === 0), even), -1)
    // What is undefined is left out.
    assert.is(firstDifference(await filter(pool, xs, { mask, lt: undefined } as never), chosen), -1)
    const some = Array.from(xs).filter((x) => x < 0.5)
    assert.is(firstDifference(await filter(pool, xs, { mask: undefined, lt: 0.5, ne: undefined } as never), some), -1)
    assert.is(await par.count(pool, xs, { lt: 0.5, ge: undefined } as never), some.length)
  }
  assert.is(firstDifference(par.filter(xs, { mask }), chosen), -1)
  assert.is(
    firstDifference(
      par.filter(xs, (_x: unknown, i: number) => i % 2 === 0),
      even,
    ),
    -1,
  )
  assert.is(par.filter(Float32Array.of(), { lt: 1 }).length, 0)
})

test('nthElement, quantile and topK agree with a sorted copy and change nothing', async () => {
  await forEachInput(async (pool, xs, title) => {
    const before = xs.slice()
    const sorted = sortedCopy(xs)
    for (const n of [0, 1, 70_001, length - 1]) assert.ok(Object.is(await nthElement(pool, xs, n), sorted[n]), `${title}, ${n}`)
    const found = await quantile(pool, xs, [0, 0.25, 0.5, 1])
    const hasNaN = Number.isNaN(Number(sorted[length - 1]))
    const expected = [0, 0.25, 0.5, 1].map((q) => (hasNaN ? Number.NaN : numpyQuantile(sorted as never, q)))
    assert.is(firstDifference(found, expected), -1, `${title}: ${found} for ${expected}`)
    assert.is(
      firstDifference(await quantile(pool, sharedCopy(xs, sorted as SharedView), [0, 0.25, 0.5, 1], { sorted: true }), expected),
      -1,
      title,
    )
    const { values, indices } = await topK(pool, xs, 10, { smallest: true })
    assert.is(firstDifference(values as never, sorted.subarray(0, 10) as never), -1, title)
    assert.is(
      firstDifference(
        Array.from(indices, (i) => xs[i]),
        Array.from(values as ArrayLike<Scalar>),
      ),
      -1,
      title,
    )
    const best = await topK(pool, xs, 10)
    assert.is(firstDifference(best.indices, par.argsort(xs, { descending: true }).subarray(0, 10)), -1, title)
    assert.is(firstDifference(xs, before), -1, title)
  })
})

test('quantile of many fractions is that of a sorted copy, where elements are alike, close together or far apart', async () => {
  const columns: [string, (i: number) => number][] = [
    ['close together, but for two', (i) => (i === 7 ? 1e300 : i === 8 ? -1e300 : 1000 + ((i * 7919) % length) / length)],
    ['half of them zeros', (i) => (i % 2) * ((i * 7919) % length)],
    ['of ten values', (i) => (i * 7919) % 10],
    ['mostly one, and its neighbours', (i) => 1 + (i % 5 === 0 ? ((i % 64) - 32) * Number.EPSILON : 0)],
  ]
  const fractions = Array.from({ length: 101 }, (_, i) => i / 100)
  for (const [title, column] of columns) {
    const xs = allocate(Float64Array, length)
    for (let i = 0; i < length; i++) xs[i] = column(i)
    const expected = fractions.map((q) => numpyQuantile(sortedCopy(xs) as never, q))
    assert.is(firstDifference(par.quantile(xs, fractions), expected), -1, title)
    for (const pool of pools) assert.is(firstDifference(await quantile(pool, xs, fractions), expected), -1, title)
  }
})

test('quantiles between elements that are infinite, or further apart than a double can say', async () => {
  const cases: [readonly number[], number, number][] = [
    [[-1.7e308, 1.7e308], 0.5, 0],
    [[-1.5e308, 1.5e308], 0.25, -0.75e308],
    [[Number.NEGATIVE_INFINITY, 1], 0.25, Number.NEGATIVE_INFINITY],
    [[1, Number.POSITIVE_INFINITY], 0.75, Number.POSITIVE_INFINITY],
    [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5, Number.NaN],
    [[Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5, Number.POSITIVE_INFINITY],
  ]
  for (const [elements, q, expected] of cases) {
    const xs = allocate(Float64Array, elements.length)
    xs.set(elements)
    assert.equal([par.quantile(xs, q), await quantile(pools[0]!, xs, q)], [expected, expected], String(elements))
  }
})

function sharedCopy(like: SharedView, values: SharedView): SharedView {
  const copy = sharedInput(like.constructor as never, like.length, 'equal')
  copy.set(values as never)
  return copy
}

function numpyQuantile(sorted: ArrayLike<Scalar>, q: number): number {
  const at = q * (sorted.length - 1)
  const [a, b] = [Number(sorted[Math.floor(at)]), Number(sorted[Math.ceil(at)])]
  const part = at - Math.floor(at)
  if (a === b || part === 0) return a
  return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part)
}

test('merge and searchSorted are those of a sequential program', async () => {
  await forEachInput(async (pool, xs, title) => {
    const a = sharedCopy(xs.subarray(0, 60_000) as SharedView, sortedCopy(xs.subarray(0, 60_000)) as never)
    const b = sharedCopy(xs.subarray(60_000) as SharedView, sortedCopy(xs.subarray(60_000)) as never)
    assert.is(firstDifference(await merge(pool, a as never, b as never), sortedCopy(xs)), -1, title)
    if (title.includes('NaN')) return
    for (const side of ['left', 'right'] as const) {
      const found = await searchSorted(pool, a, xs, { side })
      for (let i = 0; i < length; i += 997) assert.is(found[i], placeOf(a as never, xs[i]!, side), `${title}, ${side}`)
    }
  })
})

function placeOf(sorted: ArrayLike<Scalar>, x: Scalar, side: 'left' | 'right'): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (side === 'left' ? sorted[middle]! < x : sorted[middle]! <= x) low = middle + 1
    else high = middle
  }
  return low
}

test('merging what is not sorted gives as many elements, and no more than that', async () => {
  // Both descend.
  const [a, b] = [60_000, 80_003].map((count) => par.iota(allocate(Float64Array, count), { step: -1 })) as [View, View]
  const known = new Set([...a, ...b])
  const merged = par.merge(a, b)
  assert.is(merged.length, a.length + b.length)
  assert.ok(merged.every((x) => known.has(x)))
  for (const pool of pools) assert.is(firstDifference(await merge(pool, a, b), merged), -1)
})

test('looking for elements of a view that is stored into meanwhile comes to an end', async () => {
  for (const pool of pools) {
    const xs = allocate(Float64Array, length)
    // Whoever looks first finds numbers, and later none.
    const words = allocate(Int32Array, 1)
    const storing = pool.run(
      (view, all) => {
        for (let round = 0; Atomics.load(all, 0) === 0; round++) view.fill(round % 2 === 0 ? 1e300 : round)
      },
      xs,
      words,
    )
    for (let round = 0; round < 20; round++) await nthElement(pool, xs, round * 7000).catch(checkSaysWhy)
    Atomics.store(words, 0, 1)
    await storing
  }
})

function checkSaysWhy(error: Error): void {
  assert.match(error.message, /nobody stores into/)
}

test('the first none of many is none', async () => {
  const xs = sharedInput(Int16Array, length, 'random')
  assert.is(par.topK(xs, 0).values.length, 0)
  for (const pool of pools) assert.equal(await topK(pool, xs, 0), { values: xs.slice(0, 0), indices: new Uint32Array() })
})

test('what is empty or outside is a RangeError', () => {
  assert.throws(() => par.quantile(new Float64Array(), 0.5), /RangeError|at least one element/)
  assert.throws(() => par.quantile(Float64Array.of(1), 1.5), /from 0 to 1/)
  assert.throws(() => par.nthElement(Float64Array.of(1), 1), /below 1/)
  assert.throws(() => par.topK(Float64Array.of(1), -1), /from 0/)
  assert.throws(() => par.filter(Float64Array.of(1), {}), /lt, le, gt/)
  assert.throws(() => par.filter(Float64Array.of(1), { mask: new Uint8Array(2) }), /1 bytes/)
  assert.throws(() => par.merge(Float64Array.of(1), Float32Array.of(1) as never), /Float64Array/)
})

test('a mask that changes after it was counted is told where it leaves too few; where it would add some, as many come as were counted', async () => {
  const xs = sharedInput(Float64Array, length, 'random') as View
  for (const pool of pools) {
    const mask = allocate(Uint8Array, length).fill(1, 0, 100_000)
    onceCounted(pool, () => mask.fill(0, 70_000))
    assert.match((await rejection(filter(pool, xs, { mask }))).message, /^Expected a mask that nobody stores into/)
    mask.fill(1, 0, 100_000)
    onceCounted(pool, () => mask.fill(1))
    // Every block has its room: the second one's first elements are there, not those that come after the hundred thousandth.
    assert.is(firstDifference(await filter(pool, xs, { mask }), xs.subarray(0, 100_000)), -1)
  }
})

/** What happens between the first region of the next call and the second. */
function onceCounted(pool: Pool, change: () => void): void {
  const calls = Object.getPrototypeOf(Object.getPrototypeOf(pool)) as { repeat: (...args: unknown[]) => Promise<unknown> }
  const { repeat } = calls
  calls.repeat = async function (this: Pool, ...args: unknown[]) {
    calls.repeat = repeat
    const result = await repeat.apply(this, args)
    change()
    return result
  }
}

test.run()
