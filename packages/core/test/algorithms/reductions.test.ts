import { argMax, argMin, count, dot, max, mean, min, minMax, norm, std, sum, type TypedArray, variance } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { exactOf, exactSum, roundedOf } from './support/exact.js'
import { forEachInput, isBigInt, isFloat } from './support/inputs.js'

watchdog()
const test = suite('reductions on one thread')

type Scalar = number | bigint
const isAllFinite = (view: TypedArray): boolean => isBigInt(view.constructor) || (view as Float64Array).every((x) => Number.isFinite(x))
/** Exact arithmetic on every element takes its time. */
const MANY = 2100

test('sum: of integers exact, or refused where no number is', () => {
  forEachInput((view, title) => {
    if (isFloat(view.constructor)) return
    let total = 0n
    for (const x of view) total += BigInt(x)
    if (isBigInt(view.constructor)) return assert.is(sum(view), total, title)
    if (total <= Number.MAX_SAFE_INTEGER && total >= Number.MIN_SAFE_INTEGER) return assert.is(sum(view), Number(total), title)
    assert.throws(() => sum(view), /RangeError|at most 2\^53/, title)
  })
})

test('sum: of floats within the bound of pairwise summation; compensated, to the last bit', () => {
  forEachInput((view, title) => {
    if (!isFloat(view.constructor) || view.length > MANY) return
    const total = sum(view) as number
    if (!isAllFinite(view))
      return assert.equal(
        total,
        [...view].reduce((a, b) => (a as number) + (b as number), 0),
        title,
      )
    const { sum: exact, magnitude } = exactSum(view)
    // A sum of extremes may overflow on the way, as in any order but one.
    if (!Number.isFinite(total)) return assert.ok(roundedOf(magnitude) > Number.MAX_VALUE / 2, title)
    const bound = (magnitude * 50n) >> 53n
    const error = exactOf(total) - exact
    assert.ok(error <= bound && -error <= bound, `${title}: ${total}, exact ${roundedOf(exact)}`)
    const compensated = sum(view, { compensated: true }) as number
    const off = exactOf(compensated) - exact
    const ulp = ((exact < 0n ? -exact : exact) >> 52n) + (magnitude >> 90n) + 1n
    assert.ok(off <= ulp && -off <= ulp, `${title}, compensated: ${compensated}, exact ${roundedOf(exact)}`)
  })
  assert.is(sum(Float64Array.of(1e100, 1, -1e100), { compensated: true }), 1)
  assert.is(sum(Float64Array.of(Number.POSITIVE_INFINITY, 1), { compensated: true }), Number.POSITIVE_INFINITY)
})

test('min, max, minMax: as Math.min and Math.max, with NaN and −0; a RangeError of no elements', () => {
  forEachInput((view, title) => {
    if (view.length === 0) {
      for (const refused of [min, max, minMax, argMin, argMax, mean, variance] as ((xs: TypedArray) => unknown)[]) {
        assert.throws(
          () => refused(view),
          (error: unknown) => error instanceof RangeError && /Expected at least one element/.test(error.message),
        )
      }
      return
    }
    let [least, greatest] = [view[0] as Scalar, view[0] as Scalar]
    if (isBigInt(view.constructor)) {
      for (const x of view as BigInt64Array) {
        if (x < least) least = x
        if (x > greatest) greatest = x
      }
    } else {
      for (const x of view as Float64Array) {
        least = Math.min(least as number, x)
        greatest = Math.max(greatest as number, x)
      }
    }
    assert.ok(Object.is(min(view), least), `min, ${title}: ${min(view)}, not ${least}`)
    assert.ok(Object.is(max(view), greatest), `max, ${title}: ${max(view)}, not ${greatest}`)
    const both = minMax(view)
    assert.ok(Object.is(both.min, least) && Object.is(both.max, greatest), title)
    assert.is(
      argMin(view),
      (view as Float64Array).findIndex((x) => Object.is(x, least)),
      `argMin, ${title}`,
    )
    assert.is(
      argMax(view),
      (view as Float64Array).findIndex((x) => Object.is(x, greatest)),
      `argMax, ${title}`,
    )
  })
})

test('mean and variance: within rounding of exact ones', () => {
  forEachInput((view, title) => {
    if (view.length === 0 || view.length > MANY || /extremes/.test(title)) return
    if (!isAllFinite(view)) return assert.ok(Number.isNaN(variance(view)), title)
    const n = BigInt(view.length)
    const { sum: exact, magnitude } = exactSum(view)
    const off = exactOf(mean(view)) * n - exact
    const bound = (magnitude >> 46n) + n
    assert.ok(off <= bound && -off <= bound, `mean, ${title}: ${mean(view)}`)
    // Σ(n·x − Σx)² / n³, exactly.
    let squares = 0n
    for (const x of view) squares += (exactOf(Number(x)) * n - exact) ** 2n
    const expected = roundedOf((squares / n ** 3n) >> 1074n)
    const scale = Math.max(expected, 1e-12 * (roundedOf(magnitude) / view.length) ** 2)
    assert.ok(Math.abs(variance(view) - expected) <= 1e-12 * scale, `variance, ${title}: ${variance(view)}, not ${expected}`)
    if (view.length > 1) {
      const sample = (variance(view) * view.length) / (view.length - 1)
      assert.ok(Math.abs(std(view, { ddof: 1 }) - Math.sqrt(sample)) <= 1e-12 * Math.sqrt(sample), title)
    }
  })
  assert.throws(() => variance(Float64Array.of(1), { ddof: 1 }), /from 0 to 0, less than there are elements/)
})

test('dot: of integers exact, of floats within rounding; views of two types or lengths are refused', () => {
  forEachInput((view, title) => {
    if (view.length > MANY || !isAllFinite(view)) return
    const reversed = (view as Float64Array).slice().reverse()
    if (!isFloat(view.constructor)) {
      let total = 0n
      for (let i = 0; i < view.length; i++) total += BigInt(view[i]!) * BigInt(reversed[i]!)
      if (isBigInt(view.constructor)) return assert.is(dot(view, reversed), total, title)
      if (total <= Number.MAX_SAFE_INTEGER && total >= Number.MIN_SAFE_INTEGER) return assert.is(dot(view, reversed), Number(total), title)
      return assert.throws(() => dot(view, reversed), /at most 2\^53/, title)
    }
    if (/extremes|denormals/.test(title)) return
    const products = Float64Array.from(view as Float64Array, (x, i) => x * reversed[i]!)
    const { sum: exact, magnitude } = exactSum(products)
    const off = exactOf(dot(view, reversed) as number) - exact
    const bound = (magnitude * 50n) >> 53n
    assert.ok(off <= bound && -off <= bound, title)
  })
  assert.throws(() => dot(new Float64Array(2), new Float32Array(2) as never), /Expected a Float64Array, as xs is/)
  assert.throws(() => dot(new Float64Array(2), new Float64Array(3)), /Expected a view of 2 elements/)
})

test('norm: squares neither overflow nor vanish', () => {
  assert.is(norm(new Float64Array(0)), 0)
  assert.ok(Math.abs(norm(Float64Array.of(3e200, 4e200)) / 5e200 - 1) < 1e-15)
  assert.ok(Math.abs(norm(Float64Array.of(3e-200, 4e-200)) / 5e-200 - 1) < 1e-15)
  assert.is(norm(Int32Array.of(3, -4)), 5)
  assert.is(norm(BigInt64Array.of(3n, -4n)), 5)
  assert.is(norm(Float64Array.of(Number.NEGATIVE_INFINITY, 1)), Number.POSITIVE_INFINITY)
  assert.ok(Number.isNaN(norm(Float64Array.of(Number.NaN, 1))))
  // Blocks of every size of squares beside each other.
  const mixed = new Float64Array(5000).fill(1e-200, 0, 1024).fill(1, 1024, 2048).fill(1e200, 2048, 3072)
  assert.ok(Math.abs(norm(mixed) / (32 * 1e200) - 1) < 1e-15)
  assert.ok(Math.abs(norm(mixed.subarray(0, 2048)) / 32 - 1) < 1e-15)
  assert.ok(Math.abs(norm(mixed.subarray(0, 1024)) / (32 * 1e-200) - 1) < 1e-15)
})

test('count: what comparisons in JavaScript say of each element, with any bounds', () => {
  const bounds = [
    0,
    -0,
    0.1,
    0.5,
    1,
    -1,
    42.5,
    3,
    127,
    128,
    -128.5,
    1e10,
    -1e10,
    1e300,
    1e-300,
    -1e-300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]
  forEachInput((view, title) => {
    if (view.length !== 33 && view.length !== 1025) return
    const as = (x: number): never => (isBigInt(view.constructor) ? BigInt(Number.isFinite(x) ? Math.trunc(x) : 0) : x) as never
    for (const [i, number] of bounds.entries()) {
      const [a, b] = [as(number), as(bounds[(i + 5) % bounds.length]!)]
      const elements = [...view] as number[]
      const expect = (name: string, where: object, holds: (x: number) => boolean): void =>
        assert.is(count(view, where as never), elements.filter(holds).length, `${name} ${a} ${b}, ${title}`)
      expect('eq', { eq: a }, (x) => x === a)
      expect('ne', { ne: a }, (x) => x !== a)
      expect('lt', { lt: a }, (x) => x < a)
      expect('le', { le: a }, (x) => x <= a)
      expect('gt', { gt: a }, (x) => x > a)
      expect('ge', { ge: a }, (x) => x >= a)
      expect('ge lt', { ge: a, lt: b }, (x) => x >= a && x < b)
      expect('gt le ne', { gt: a, le: b, ne: b }, (x) => x > a && x <= b && x !== b)
      assert.is(count(view, a), elements.filter((x) => x === a).length)
    }
  })
  assert.throws(() => count(new Float64Array(1), {}), /Expected a value, or an object of lt/)
  assert.throws(() => count(new Float64Array(1), { less: 1 } as never), /Expected a value, or an object of lt/)
  assert.throws(() => count(new Float64Array(1), 1n as never), /Expected a number, as elements of Float64Array are for eq/)
})

test('what is no typed array is refused', () => {
  assert.throws(() => sum([1, 2] as never), /Expected a typed array for xs/)
  assert.throws(() => sum(new DataView(new ArrayBuffer(8)) as never), /Expected a typed array for xs/)
})

test.run()
