import { type Backend, createPool, type Pool, share, type TypedArray } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { firstDifference } from './support/columns.js'
import { isBigInt, types } from './support/inputs.js'

watchdog()
const test = suite('algorithms of any small view')
let pool: Pool
test.before(async () => {
  pool = await createPool({ backend: 'threads' satisfies Backend, workers: 2 })
})
test.after(() => pool.close())

type Scalar = number | bigint
type Loose = (...args: unknown[]) => never
/** The forms without a pool, for a view of any type. */
const { argsort, count, filter, max, merge, min, nthElement, partitionBy, scan, searchSorted, sort, sum, topK, unique } =
  par as unknown as Record<string, Loose>

/** Bits of every kind: of floats NaNs, infinities, zeros of both signs and denormals among them. */
const anyView: fc.Arbitrary<TypedArray> = fc
  .tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 400 }), fc.boolean())
  .map(([type, bytes, few]) => {
    const chosen = few ? bytes.map((byte) => [0, 1, 0x7f, 0x80, 0xff][byte % 5]!) : bytes
    const length = Math.floor(chosen.length / type.BYTES_PER_ELEMENT)
    const Type = type as unknown as new (buffer: ArrayBuffer, byteOffset: number, length: number) => TypedArray
    return new Type(chosen.slice().buffer, 0, length)
  })

const plainSort = (xs: TypedArray): TypedArray => xs.slice().sort() as TypedArray
const all = (xs: unknown): Scalar[] => Array.from(xs as ArrayLike<Scalar>)
const same = (a: unknown, b: unknown): void => assert.is(firstDifference(all(a), all(b)), -1, `${all(a)}, not ${all(b)}`)

function holdsFor(check: (xs: TypedArray) => void): void {
  fc.assert(fc.property(anyView, check), { numRuns: 300 })
}

test('sorts are the built-in one', () => {
  holdsFor((xs) => {
    const sorted = plainSort(xs)
    same(sort!(xs.slice()), sorted)
    same(sort!(xs.slice(), { inPlace: true }), sorted)
    const order = all(argsort!(xs)) as number[]
    same(
      order.map((i) => xs[i]!),
      sorted,
    )
    same(
      [...order].sort((a, b) => a - b),
      [...all(xs).keys()],
    )
    for (let n = 0; n < xs.length; n += 7) assert.ok(Object.is(nthElement!(xs, n), sorted[n]))
  })
})

test('a filter and its rest are those of a loop, and count agrees', () => {
  holdsFor((xs) => {
    const pivot = (xs[0] !== undefined && !Number.isNaN(xs[0]) ? xs[0] : isBigInt(xs.constructor) ? 1n : 1) as Scalar
    const below = all(xs).filter((x) => x <= pivot)
    same(filter!(xs, { le: pivot }), below)
    const { matching, rest } = partitionBy!(xs, { le: pivot }) as { matching: TypedArray; rest: TypedArray }
    same(matching, below)
    same(
      rest,
      all(xs).filter((x) => !(x <= pivot)),
    )
    assert.is(count!(xs, { le: pivot }), below.length)
    assert.is(count!(xs, pivot), all(xs).filter((x) => x === pivot).length)
  })
})

test('the first of an order, halves merged and values searched for are those of a sorted copy', () => {
  holdsFor((xs) => {
    const sorted = plainSort(xs)
    const { values } = topK!(xs, 5, { smallest: true }) as { values: TypedArray }
    same(values, sorted.subarray(0, 5))
    const [a, b] = [plainSort(xs.subarray(0, 7)), plainSort(xs.subarray(7))]
    same(merge!(a, b), sorted)
    if (all(xs).some((x) => Number.isNaN(x))) return
    const found = searchSorted!(sorted, xs) as unknown as Uint32Array
    same(
      found,
      all(xs).map((x) => all(sorted).filter((y) => y < x).length),
    )
    same(
      all(unique!(xs)).map((x) => (x === 0 ? 0 : x)),
      [...new Set(all(sorted).map((x) => (x === 0 ? 0 : x)))],
    )
  })
})

test('reductions and scans of integers are those of bigints', () => {
  holdsFor((xs) => {
    if (xs.constructor.name.startsWith('Float') || xs.length === 0) return
    const exact = all(xs).reduce<bigint>((total, x) => total + BigInt(x), 0n)
    assert.is(BigInt(sum!(xs) as Scalar), exact)
    assert.is(min!(xs), plainSort(xs)[0])
    assert.is(max!(xs), plainSort(xs).at(-1))
    all(scan!(xs, { op: 'max' })).forEach((x, i) => {
      assert.is(x, plainSort(xs.subarray(0, i + 1)).at(-1))
    })
  })
})

test('with a pool they are the same', async () => {
  const forms = par as unknown as Record<string, Loose>
  await fc.assert(
    fc.asyncProperty(
      anyView.filter((xs) => xs.length > 0),
      async (xs) => {
        for (const name of ['sort', 'argsort', 'unique', 'shuffle', 'copy'])
          same(await forms[name]!(pool, share(xs)), forms[name]!(xs.slice()))
      },
    ),
    { numRuns: 60 },
  )
})

test.run()
