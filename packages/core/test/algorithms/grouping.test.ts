import {
  allocate,
  type Backend,
  bincount,
  createPool,
  encode,
  type Grouped,
  groupBy,
  histogram,
  type Pool,
  type SharedView,
} from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { watchdog } from '../support/watchdog.js'
import { firstDifference, sharedInput, sharedTypes } from './support/columns.js'
import { distributionsOf, isBigInt, isFloat } from './support/inputs.js'

watchdog()
const test = suite('grouping and counting')
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

const length = 150_001
type Scalar = number | bigint

/** numpy's: a bin by its edges, the last one closed. */
function plainHistogram(xs: ArrayLike<Scalar>, edges: Float64Array, weights?: ArrayLike<number>): Float64Array {
  const bins = edges.length - 1
  const counts = new Float64Array(bins)
  for (let i = 0; i < xs.length; i++) {
    const x = Number(xs[i])
    if (!(x >= edges[0]! && x <= edges[bins]!)) continue
    let bin = Math.min(bins - 1, Math.max(0, Math.floor(((x - edges[0]!) / (edges[bins]! - edges[0]!)) * bins)))
    while (bin > 0 && x < edges[bin]!) bin--
    while (bin < bins - 1 && x >= edges[bin + 1]!) bin++
    counts[bin]! += weights === undefined ? 1 : weights[i]!
  }
  return counts
}

test('histogram counts by the edges it returns', async () => {
  let turn = 0
  for (const type of sharedTypes) {
    for (const name of distributionsOf(type as never)) {
      const xs = sharedInput(type, length, name, 3)
      const range: readonly [number, number] | undefined = name === 'NaN-laden' ? [0.1, 0.9] : undefined
      const { min, max } = par.minMax(xs)
      if (range === undefined && !Number.isFinite(Number(max) - Number(min))) continue
      for (const bins of [1, 7, 100]) {
        const pool = pools[turn++ % pools.length]!
        const { counts, edges } = await histogram(pool, xs, { bins, ...(range && { range }) })
        assert.is(firstDifference(counts, plainHistogram(xs as never, edges)), -1, `${type.name}, ${name}, ${bins} bins`)
        const alone = par.histogram(xs, { bins, ...(range && { range }) })
        assert.is(firstDifference(alone.counts, counts), -1)
      }
    }
  }
})

test('histogram has the edges of numpy.linspace, and its special cases', () => {
  assert.equal([...par.histogram(Float64Array.of(0, 1, 2, 3), { bins: 3 }).edges], [0, 1, 2, 3])
  assert.equal([...par.histogram(Float64Array.of(0, 1, 2, 3), { bins: 3 }).counts], [1, 1, 2])
  assert.equal([...par.histogram(Float64Array.of(), { bins: 2 }).edges], [0, 0.5, 1])
  assert.equal([...par.histogram(Int8Array.of(5, 5), { bins: 1 }).edges], [4.5, 5.5])
  // What is wider than a double can say has no edges.
  const wide = Float64Array.of(-1e308, 0, 1e308)
  assert.throws(() => par.histogram(wide, { bins: 2 }), /Expected elements that lie at most 1.797\S+e\+308 apart, or a range for xs/)
  assert.throws(() => par.histogram(wide, { bins: 2, range: [-1e308, 1e308] }), RangeError)
  assert.equal([...par.histogram(wide, { bins: 2, range: [-1e308, 0] }).counts], [1, 1])
  assert.throws(() => par.histogram(wide, { bins: 2, range: null as never }), RangeError)
  assert.throws(() => par.histogram(Float64Array.of(Number.NaN), { bins: 2 }), /finite/)
  assert.throws(() => par.histogram(Float64Array.of(1), { bins: 0 }), /from 1/)
  assert.throws(() => par.histogram(Float64Array.of(1), { bins: 1, range: [1, 0] }), /lower one first/)
})

test('weights are added to the same bits on any pool', async () => {
  const xs = sharedInput(Float64Array, length, 'random')
  const weights = sharedInput(Float64Array, length, 'random', 9)
  const alone = par.histogram(xs, { bins: 10, weights })
  const expected = plainHistogram(xs as never, alone.edges, weights as never)
  for (const [i, count] of alone.counts.entries()) assert.ok(Math.abs(count - expected[i]!) <= 1e-9 * length)
  for (const pool of pools) assert.is(firstDifference((await histogram(pool, xs, { bins: 10, weights })).counts, alone.counts), -1)
})

test('bincount counts integers of every type', async () => {
  for (const type of sharedTypes.filter((type) => !isFloat(type))) {
    const xs = sharedInput(type, length, 'few unique')
    const expected = [0, 0, 0, 0, 0, 0]
    for (const x of xs) expected[Number(x)]!++
    for (const pool of pools) assert.equal([...(await bincount(pool, xs, { minLength: 6 }))], expected)
  }
  const many = allocate(Int32Array, 300_000)
  for (let i = 0; i < many.length; i++) many[i] = i % 1000
  for (const pool of pools) {
    assert.is((await bincount(pool, many)).length, 1000)
    many[299_999] = 70_000
    const counts = await bincount(pool, many)
    assert.equal([counts.length, counts[998], counts[999], counts[70_000]], [70_001, 300, 299, 1])
    many[299_999] = -1
    assert.match((await rejection(bincount(pool, many))).message, /from 0/)
    many[299_999] = 999
  }
  assert.equal([...par.bincount(Uint8Array.of(1, 1), { weights: Float32Array.of(0.5, 2) })], [0, 2.5])
  assert.throws(() => par.bincount(Int8Array.of(-1)), /RangeError|from 0/)
  assert.throws(() => par.bincount(Float64Array.of(1) as never), /integers/)
})

test('bincount and histogram count many bins in several chunks', async () => {
  const bins = 20_000
  const xs = allocate(Uint16Array, 700_001)
  for (let i = 0; i < xs.length; i++) xs[i] = (i * 7) % bins
  const expected = Float64Array.from({ length: bins }, (_, i) => (i === 0 ? 36 : 35))
  for (const pool of pools) {
    assert.is(firstDifference(await bincount(pool, xs), expected), -1)
    // Each time: a row that was not emptied would count twice.
    for (let time = 0; time < 2; time++) {
      assert.is(firstDifference((await histogram(pool, xs, { bins, range: [-0.5, bins - 0.5] })).counts, expected), -1)
    }
  }
})

test('bincount and histogram count few bins in one region, on one worker as well', async () => {
  const xs = allocate(Int32Array, 3_000_000).fill(3)
  for (const workers of [1, 2]) {
    const pool = await createPool({ workers })
    assert.is(await regionsOf(pool, bincount(pool, xs)), 1, `bincount, ${workers}`)
    assert.is(await regionsOf(pool, histogram(pool, xs, { bins: 10, range: [0, 5] })), 1, `histogram, ${workers}`)
    await pool.close()
  }
})

interface PlainGroup {
  n: number
  sum: number
  min: Scalar
  max: Scalar
}

/** A Map in order of appearance. */
function plainGroups(keys: readonly ArrayLike<Scalar>[], values: ArrayLike<Scalar>): Map<string, PlainGroup> {
  const groups = new Map<string, PlainGroup>()
  for (let i = 0; i < values.length; i++) {
    const key = keys.map((column) => `${column[i] === 0 ? 0 : column[i]}`).join('|')
    const x = values[i]!
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { n: 1, sum: Number(x), min: x, max: x })
    else {
      group.n++
      group.sum += Number(x)
      if (x < group.min) group.min = x
      if (x > group.max) group.max = x
    }
  }
  return groups
}

const everyAggregate = (x: SharedView) => ({ n: 'count', s: [x, 'sum'], a: [x, 'min'], b: [x, 'max'], m: [x, 'mean'] }) as const

/** Groups that keys and values come to, where sums may be added in another order. */
function checkGroups(
  grouped: Grouped<readonly SharedView[], ReturnType<typeof everyAggregate>>,
  expected: Map<string, PlainGroup>,
  title: string,
): void {
  assert.is(grouped.length, expected.size, title)
  const names = Array.from({ length: grouped.length }, (_, i) => grouped.keys.map((column) => `${column[i]}`).join('|'))
  assert.is(firstDifference(names, [...expected.keys()]), -1, title)
  const { n, s, a, b, m } = grouped.columns
  for (const [i, group] of [...expected.values()].entries()) {
    const isRight = n[i] === group.n && Math.abs(s[i]! - group.sum) <= 1e-9 * Math.abs(group.sum) && m[i] === s[i]! / n[i]!
    if (!isRight || !Object.is(a[i], group.min) || !Object.is(b[i], group.max)) assert.unreachable(`${title}, group ${i}`)
  }
}

test('groupBy has the groups of a Map, for one to four keys of any type', async () => {
  let turn = 0
  for (const keyType of sharedTypes) {
    for (const valueType of sharedTypes) {
      const width = 1 + (turn % 4)
      const keys = Array.from({ length: width }, (_, i) =>
        sharedInput(i === 0 ? keyType : sharedTypes[(turn + i) % sharedTypes.length]!, 70_001, 'few unique', i + 1),
      )
      const values = sharedInput(valueType, 70_001, 'organ pipe')
      const pool = pools[turn++ % pools.length]!
      const title = `${keyType.name} and ${width - 1} more, ${valueType.name}`
      checkGroups(await groupBy(pool, keys, everyAggregate(values)), plainGroups(keys as never, values as never), title)
    }
  }
})

/** Regions that a call takes. */
async function regionsOf(pool: Pool, call: Promise<unknown>): Promise<number> {
  const before = pool.stats().regions.completed
  await call
  return pool.stats().regions.completed - before
}

test('groupBy has the groups of a Map where there are too many for one table, as many as rows, too', async () => {
  // Around the chunks of both ways to group, and so few rows that one chunk has them all.
  const lengths = [65_536, 65_537, 131_073, 262_143, 262_145, 300_007]
  for (const [turn, type] of sharedTypes.entries()) {
    const length = lengths[turn % lengths.length]!
    const pool = pools[turn % pools.length]!
    const [second, third] = [Uint32Array, sharedTypes[(turn + 3) % sharedTypes.length]!]
    const keys = [sharedInput(type, length, isFloat(type) ? 'NaN-laden' : 'random', 3), allocate(second, length)]
    const distinct = [length, length >> 1, length >> 2][turn % 3]!
    for (let i = 0; i < length; i++) keys[1]![i] = (i * 7919) % distinct
    if (turn % 2 === 0) keys.push(sharedInput(third, length, 'few unique', 5), sharedInput(type, length, 'equal', 6))
    const values = sharedInput(sharedTypes[(turn + 1) % sharedTypes.length]!, length, 'organ pipe')
    const title = `${keys.map((key) => key.constructor.name)}, ${length} rows`
    const expected = plainGroups(keys as never, values as never)
    const regions = await regionsOf(
      pool,
      groupBy(pool, keys, everyAggregate(values)).then((grouped) => checkGroups(grouped, expected, title)),
    )
    assert.ok(length === 65_536 || regions > 1, `${title} are split`)
    checkGroups(par.groupBy(keys, everyAggregate(values)) as never, expected, `${title}, alone`)
  }
})

test('groupBy finds out late that groups are too many, and of one key in most rows that others are', async () => {
  const keys = allocate(Float64Array, 500_009)
  // The first half are few, and of the second every other is one of them.
  for (let i = 0; i < keys.length; i++) keys[i] = i < 250_000 || i % 2 === 0 ? i % 3 : i
  const expected = plainGroups([keys], keys)
  for (const pool of pools) {
    const grouped = await groupBy(pool, [keys], everyAggregate(keys))
    checkGroups(grouped, expected, 'by themselves')
    const alone = par.groupBy([keys], everyAggregate(keys))
    assert.is(firstDifference(grouped.columns.s, alone.columns.s), -1)
  }
})

test('groupBy has the groups of a Map where keys are close together, and where later ones or other parts are far away', async () => {
  // The first row of each part that is far: none, one in the first batch, in a later one, in another part.
  for (const far of [Number.POSITIVE_INFINITY, 1000, 5000, 100_000]) {
    for (const offset of [-1_000_000, 0, 1_000_000_000]) {
      const keys = sharedInput(Int32Array, 150_001, 'few unique') as Int32Array<SharedArrayBuffer>
      for (let i = 0; i < keys.length; i++)
        keys[i] = offset + ((i * 7919) % 1000) + (i < far || i % 3 > 0 ? 0 : ((i * 31) % 7) * 20_011 * (1 - (i % 2) * 2))
      const values = sharedInput(Float32Array, keys.length, 'organ pipe') as Float32Array<SharedArrayBuffer>
      const expected = plainGroups([keys], values)
      // The same bytes as another type: what was made of one column is not taken for the other's.
      const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
      const asked = { n: 'count', a: [values, 'min'], b: [values, 'max'], c: [bits, 'max'] } as const
      for (const pool of pools) {
        const { keys: found, columns } = await groupBy(pool, [keys], asked)
        assert.equal(Array.from(found[0], String), [...expected.keys()], `${far}, ${offset}`)
        const groups = [...expected.values()]
        assert.is(
          firstDifference(
            columns.n,
            groups.map(({ n }) => n),
          ),
          -1,
        )
        assert.is(
          firstDifference(
            columns.a,
            groups.map(({ min }) => min),
          ),
          -1,
        )
        assert.is(
          firstDifference(
            columns.b,
            groups.map(({ max }) => max),
          ),
          -1,
        )
        // Floats from 0 on are ordered as their bits are.
        assert.is(firstDifference(columns.c, new Int32Array(Float32Array.from(groups, ({ max }) => max as number).buffer)), -1)
      }
    }
  }
})

test('groupBy has the same bits on any pool and alone, and sorts its groups when asked', async () => {
  const keys = [sharedInput(Float64Array, 300_007, 'zeros'), sharedInput(Int16Array, 300_007, 'random')]
  const values = sharedInput(Float64Array, 300_007, 'NaN-laden')
  const asked = { s: [values, 'sum'], a: [values, 'min'] } as const
  const alone = par.groupBy(keys, asked, { sorted: true })
  for (const pool of pools) {
    const grouped = await groupBy(pool, keys, asked, { sorted: true })
    for (const i of [0, 1]) assert.is(firstDifference(grouped.keys[i]!, alone.keys[i]!), -1)
    assert.is(firstDifference(grouped.columns.s, alone.columns.s), -1)
    assert.is(firstDifference(grouped.columns.a, alone.columns.a), -1)
  }
  const [first, second] = alone.keys as [SharedView, SharedView]
  for (let i = 1; i < alone.length; i++) assert.ok(first[i - 1]! < first[i]! || (first[i - 1] === first[i] && second[i - 1]! < second[i]!))
})

test('groupBy has the same bits on any pool and alone, and sorts its groups when asked, where they are many', async () => {
  const keys = [sharedInput(Float32Array, 300_007, 'random'), sharedInput(BigInt64Array, 300_007, 'random', 2)]
  const values = sharedInput(Float64Array, 300_007, 'infinities')
  const asked = { n: 'count', s: [values, 'sum'], m: [values, 'mean'] } as const
  const alone = par.groupBy(keys, asked)
  // The place of each group, by its keys.
  const order = Array.from({ length: alone.length }, (_, i) => i)
  const [first, second] = alone.keys as [Float32Array, BigInt64Array]
  order.sort((i, j) => first[i]! - first[j]! || Number(second[i]! - second[j]!))
  for (const pool of pools) {
    const grouped = await groupBy(pool, keys, asked)
    const sorted = await groupBy(pool, keys, asked, { sorted: true })
    for (const name of ['n', 's', 'm'] as const) {
      assert.is(firstDifference(grouped.columns[name], alone.columns[name]), -1)
      assert.is(
        firstDifference(
          sorted.columns[name],
          order.map((i) => alone.columns[name][i]),
        ),
        -1,
      )
    }
    assert.is(
      firstDifference(
        sorted.keys[1]!,
        order.map((i) => second[i]),
      ),
      -1,
    )
  }
})

test('groupBy of any small table is that of a Map', () => {
  const row = fc.tuple(
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom(0, -0, Number.NaN, 1.5),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  )
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const keys = [Int8Array.from(rows, ([k]) => k), Float32Array.from(rows, ([, k]) => k)] as const
      const values = Int32Array.from(rows, ([, , x]) => x)
      const expected = plainGroups(keys, values)
      const { length, columns } = par.groupBy(keys, { n: 'count', total: [values, 'sum'], least: [values, 'min'] })
      assert.is(length, expected.size)
      assert.equal(
        [...columns.n],
        Array.from(expected.values(), ({ n }) => n),
      )
      assert.equal(
        [...columns.total],
        Array.from(expected.values(), ({ sum }) => sum),
      )
      assert.equal(
        [...(columns.least as unknown as Int32Array)],
        Array.from(expected.values(), ({ min }) => min),
      )
    }),
  )
})

test('sums of bigints are exact or refused', () => {
  const keys = Uint8Array.of(1, 1)
  const max = 2n ** 63n - 1n
  assert.is(par.groupBy([keys], { s: [BigInt64Array.of(max, -max), 'sum'] }).columns.s[0], 0)
  assert.throws(() => par.groupBy([keys], { s: [BigInt64Array.of(max, max), 'sum'] }), /at most 2\^53/)
  assert.throws(() => par.groupBy([keys], { s: [BigUint64Array.of(2n ** 64n - 1n, 1n), 'sum'] }), /at most 2\^53/)
  assert.throws(() => par.groupBy([], {}), /one to 4/)
  assert.throws(() => par.groupBy([keys], { s: [new Int8Array(3), 'sum'] }), /2 elements/)
  assert.throws(() => par.groupBy([keys], { s: [keys, 'median'] } as never), /'count'/)
})

test('groupBy has four keys and 64 aggregates at most, of many groups, too', async () => {
  const keys = par.iota(allocate(Float32Array, 100_003))
  const columns = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`c${i}`, [keys, i % 2 ? 'sum' : 'max'] as const]))
  for (const pool of pools) {
    const grouped = await groupBy(pool, [keys, keys, keys, keys], columns)
    assert.is(firstDifference(grouped.keys[3], keys), -1)
    for (const column of Object.values(grouped.columns)) assert.is(firstDifference(column, keys), -1)
    assert.match((await rejection(groupBy(pool, [keys], { ...columns, more: [keys, 'min'] }))).message, /at most 64 of columns/)
  }
})

test('an aggregate may have any name', () => {
  const { columns } = groupBy([Uint8Array.of(1, 1, 2)], Object.fromEntries([['__proto__', 'count']]))
  assert.equal(Object.entries(columns), [['__proto__', Float64Array.of(2, 1)]])
})

test('a sum of bigints that no number holds is refused by its name where groups are many', async () => {
  const keys = par.iota(allocate(Uint32Array, 200_001))
  const small = par.iota(allocate(Uint32Array, 200_001))
  const large = par.fill(allocate(BigInt64Array, 200_001), 2n ** 53n)
  const asked = { small: [small, 'sum'], large: [large, 'sum'] } as const
  for (const pool of pools) {
    assert.is((await groupBy(pool, [keys], asked)).columns.large[200_000], 2 ** 53)
    large[150_000] = 2n ** 53n + 1n
    assert.match((await rejection(groupBy(pool, [keys], asked))).message, /at most 2\^53 for aggregates.large /)
    assert.throws(() => par.groupBy([keys], asked), /for aggregates.large /)
    large[150_000] = 2n ** 53n
  }
})

test('encode numbers strings in the order in which they come', async () => {
  const { codes, values } = encode(['b', 'a', 'b', ''])
  assert.equal([...codes], [0, 1, 0, 2])
  assert.equal(values, ['b', 'a', ''])
  assert.equal([...(await groupBy(pools[0]!, [codes], { n: 'count' })).columns.n], [2, 1, 1])
  assert.throws(() => encode([1] as never), /a string/)
  assert.ok(isBigInt({ name: 'BigInt64Array' }))
})

test.run()
