import { type ReduceOp, scan, type TypedArray } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { exactOf } from './support/exact.js'
import { forEachInput, isFloat, randomNumbers } from './support/inputs.js'

watchdog()
const test = suite('scan, on one thread')

type Scalar = number | bigint

/** On integers, as the element type has them. */
const combine: Readonly<Record<ReduceOp, (a: bigint, b: bigint) => bigint>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  // biome-ignore lint/complexity/useMathMinMax: bigints
  min: (a, b) => (b < a ? b : a),
  // biome-ignore lint/complexity/useMathMinMax: bigints
  max: (a, b) => (b > a ? b : a),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
}

function wrapped(view: TypedArray, value: bigint): bigint {
  const bits = 8 * view.BYTES_PER_ELEMENT
  if (view instanceof Uint8ClampedArray) return value > 255n ? 255n : value
  return /Uint/.test(view.constructor.name) ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)
}

test('integers: every operation, inclusive and exclusive, wraps around', () => {
  forEachInput((view, title) => {
    if (isFloat(view.constructor) || view.length === 0) return
    for (const op of view.length < 5000 ? (Object.keys(combine) as ReduceOp[]) : (['sum'] as const)) {
      const inclusive = scan(view, { op })
      const exclusive = scan(view, { op, exclusive: true })
      let total = BigInt(view[0]!)
      for (let i = 0; i < view.length; i++) {
        if (i > 0) {
          if (BigInt(exclusive[i]!) !== total) assert.unreachable(`${op}, exclusive, ${title}, element ${i}`)
          total = wrapped(view, combine[op](total, BigInt(view[i]!)))
        }
        if (BigInt(inclusive[i]!) !== total) assert.unreachable(`${op}, ${title}, element ${i}: ${inclusive[i]}, not ${total}`)
      }
    }
  })
})

test('an exclusive scan begins with the identity', () => {
  const first = (view: TypedArray, op: ReduceOp): Scalar => scan(view, { op, exclusive: true })[0]!
  assert.equal(
    ['sum', 'product', 'min', 'max'].map((op) => first(new Float64Array(1), op as ReduceOp)),
    [0, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  assert.equal(
    ['min', 'max', 'and', 'or'].map((op) => first(new Int8Array(1), op as ReduceOp)),
    [127, -128, -1, 0],
  )
  assert.equal(
    ['min', 'max', 'and'].map((op) => first(new Uint16Array(1), op as ReduceOp)),
    [65_535, 0, 65_535],
  )
  assert.equal(
    ['min', 'max'].map((op) => first(new BigInt64Array(1), op as ReduceOp)),
    [2n ** 63n - 1n, -(2n ** 63n)],
  )
})

test('floats: extremes as Math.min and Math.max, sums within rounding', () => {
  forEachInput((view, title) => {
    if (!isFloat(view.constructor) || view.length > 5000) return
    const xs = view as Float64Array
    const [least, greatest, sums] = [scan(xs, { op: 'min' }), scan(xs, { op: 'max' }), scan(xs)]
    let [low, high, exact, magnitude] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0n, 0n]
    // Of the additions, and of the one store; a subnormal Float16 or Float32 may be off by as much as it is.
    const precision = { 2: 11n, 4: 24n, 8: 52n }[xs.BYTES_PER_ELEMENT as 2 | 4 | 8]
    const subnormal = { 2: 1n << 1050n, 4: 1n << 925n, 8: 1n }[xs.BYTES_PER_ELEMENT as 2 | 4 | 8]
    const isSummed = !/NaN|infinities|extremes/.test(title) && xs.length < 2100
    for (let i = 0; i < xs.length; i++) {
      low = Math.min(low, xs[i]!)
      high = Math.max(high, xs[i]!)
      if (!Object.is(least[i], low) || !Object.is(greatest[i], high)) assert.unreachable(`${title}, element ${i}`)
      // A Float16 holds no more.
      if (!isSummed || (xs.BYTES_PER_ELEMENT === 2 && magnitude > exactOf(60_000))) continue
      exact += exactOf(xs[i]!)
      magnitude += exactOf(Math.abs(xs[i]!))
      const off = exactOf(sums[i]!) - exact
      const bound = (magnitude >> 42n) + (magnitude >> precision) + subnormal
      if (off > bound || -off > bound) assert.unreachable(`sum, ${title}, element ${i}: ${sums[i]}`)
    }
  })
})

test('sums of what is not negative never decrease', () => {
  const next = randomNumbers(5)
  const xs = Float64Array.from({ length: 100_003 }, () => next() ** 20 * 10 ** Math.floor(next() * 20))
  const sums = scan(xs)
  for (let i = 1; i < sums.length; i++) if (sums[i]! < sums[i - 1]!) assert.unreachable(`element ${i}: ${sums[i]} after ${sums[i - 1]}`)
})

test('in place, and into another view, gives what a new view has', () => {
  const lengths = fc.integer({ min: 0, max: 3000 })
  fc.assert(
    fc.property(lengths, fc.boolean(), fc.constantFrom<ReduceOp>('sum', 'product', 'max'), (length, exclusive, op) => {
      const xs = Float64Array.from({ length }, (_, i) => Math.sin(i))
      const expected = scan(xs, { op, exclusive })
      const into = new Float64Array(length)
      assert.is(scan(xs, { op, exclusive, into }), into)
      assert.equal(into, expected)
      assert.equal(scan(xs, { op, exclusive, into: xs }), expected)
    }),
  )
})

test('operations that are none, and bits of floats, are refused', () => {
  assert.throws(() => scan(new Float64Array(1), { op: 'xor' }), /Expected 'sum', 'product', 'min' or 'max' for a Float64Array for op/)
  assert.throws(() => scan(new Int8Array(1), { op: 'mean' as never }), /Expected 'sum', 'product'/)
  assert.throws(() => scan(new Int8Array(1), { exclusive: 1 as never }), /Expected true or false for exclusive/)
})

test.run()
