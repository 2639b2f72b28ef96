import { add, axpy, clamp, convert, copy, fill, iota, mul, scale, type TypedArray } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { forEachInput, isBigInt, isFloat, types } from './support/inputs.js'

watchdog()
const test = suite('element by element, on one thread')

type Scalar = number | bigint
type Plain = Float64Array

/** What a store of an exact result leaves: integers wrap around, those of a Uint8ClampedArray saturate. */
function stored(view: TypedArray, exact: bigint): Scalar {
  const one = new (view.constructor as Float64ArrayConstructor)(1) as TypedArray
  if (isBigInt(view.constructor)) one[0] = exact
  else one[0] = view instanceof Uint8ClampedArray ? Number(exact > 300n ? 300n : exact) : Number(BigInt.asIntN(32, exact))
  return one[0]!
}

function expectEach(actual: TypedArray, expected: (i: number) => Scalar, title: string): void {
  const one = new (actual.constructor as Float64ArrayConstructor)(1) as TypedArray
  for (let i = 0; i < actual.length; i++) {
    one[0] = expected(i) as never
    if (!Object.is(actual[i], one[0])) assert.unreachable(`${title}, element ${i}: ${actual[i]}, not ${one[0]}`)
  }
}

const isChecked = (view: TypedArray): boolean => view.length < 5000

test('scale, axpy, add and mul: as a loop in JavaScript, with integers that wrap around', () => {
  forEachInput((view, title) => {
    if (!isChecked(view)) return
    const xs = view as Plain
    const ys = xs.slice().reverse()
    if (isFloat(view.constructor)) {
      expectEach(scale(xs, 0.3), (i) => xs[i]! * 0.3, `scale, ${title}`)
      expectEach(axpy(0.3, xs, ys.slice()), (i) => ys[i]! + 0.3 * xs[i]!, `axpy, ${title}`)
      expectEach(add(xs, ys), (i) => xs[i]! + ys[i]!, `add, ${title}`)
      expectEach(mul(xs, ys), (i) => xs[i]! * ys[i]!, `mul, ${title}`)
      return
    }
    const factor = (isBigInt(view.constructor) ? 3n : 3) as never
    const exact = (i: number, of: (x: bigint, y: bigint) => bigint): Scalar => stored(view, of(BigInt(xs[i]!), BigInt(ys[i]!)))
    expectEach(scale(xs, factor), (i) => exact(i, (x) => 3n * x), `scale, ${title}`)
    expectEach(axpy(factor, xs, ys.slice()), (i) => exact(i, (x, y) => y + 3n * x), `axpy, ${title}`)
    expectEach(add(xs, ys), (i) => exact(i, (x, y) => x + y), `add, ${title}`)
    expectEach(mul(xs, ys), (i) => exact(i, (x, y) => x * y), `mul, ${title}`)
  })
})

test('in place: into is the source, either operand of a sum, and nothing that overlaps in part', () => {
  const make = (): Plain => Float64Array.from({ length: 1029 }, (_, i) => i)
  const [xs, ys] = [make(), make()]
  assert.is(scale(xs, 2, { into: xs }), xs)
  assert.is(xs[100], 200)
  assert.is(add(xs, ys, { into: ys }), ys)
  assert.is(ys[100], 300)
  assert.is(mul(xs, xs, { into: xs })[3], 36)
  assert.throws(() => scale(xs.subarray(1), 2, { into: xs.subarray(0, -1) }), /does not overlap it/)
  assert.throws(() => add(ys.subarray(1), make().subarray(1), { into: ys.subarray(0, -1) }), /does not overlap it/)
  for (const into of [xs.subarray(1), xs.subarray(0, -1)]) {
    assert.throws(
      () => add(xs.subarray(1), xs.subarray(0, -1), { into }),
      / does not overlap it for into but received one that overlaps it partly$/,
    )
  }
  assert.throws(() => axpy(1, xs.subarray(1), xs.subarray(0, -1)), /does not overlap it/)
  assert.throws(() => scale(xs, 2, { into: new Float64Array(3) }), /Expected a view of 1029 elements/)
  assert.throws(() => scale(xs, 2, { into: new Float32Array(1029) as never }), /Expected a Float64Array, as xs is for into/)
})

test('fill and clamp: values of the type alone', () => {
  forEachInput((view, title) => {
    const [three, nine] = (isBigInt(view.constructor) ? [3n, 9n] : [3, 9]) as [never, never]
    if (isChecked(view)) expectEach(clamp(view, three, nine), (i) => (view[i]! < three ? three : view[i]! > nine ? nine : view[i]!), title)
    const room = new (view.constructor as Float64ArrayConstructor)(view.length + 2)
    fill(room.subarray(1, -1) as TypedArray, nine)
    assert.ok(
      room.subarray(1, -1).every((x) => x === nine),
      title,
    )
    assert.ok(!room[0] && !room.at(-1), `${title}: beyond the view`)
  })
  assert.throws(() => fill(new Uint8Array(1), 256), /Expected an integer from 0 to 255, as elements of Uint8Array are/)
  assert.throws(() => fill(new Int16Array(1), 0.5), /Expected an integer from -32768 to 32767/)
  assert.throws(() => fill(new BigInt64Array(1), 1 as never), /Expected a bigint/)
  assert.throws(() => scale(new Uint8Array(1), 1.5), /Expected an integer from 0 to 255/)
  assert.throws(() => clamp(new Uint8Array(1), 9, 3), /Expected at most 3, which is most, for least/)
})

test('iota: start and step, within what integers can be', () => {
  for (const type of types) {
    const view = new type(100)
    if (isBigInt(type)) {
      assert.equal([...iota(view as BigInt64Array, { start: 50n, step: 3n })].slice(-1), [347n])
      continue
    }
    expectEach(iota(view as Plain, { start: 5 }), (i) => i + 5, type.name)
    expectEach(iota(view as Plain, { start: 120, step: -1 }), (i) => 120 - i, type.name)
  }
  expectEach(iota(new Float32Array(1000), { start: 0.1, step: 0.1 }), (i) => 0.1 + i * 0.1, 'floats do not add up')
  expectEach(iota(new Int16Array(3), { start: 32_767, step: -32_767 }), (i) => 32_767 - i * 32_767, 'large steps')
  assert.throws(() => iota(new Int8Array(129)), /Expected one from which 129 elements reach no further than -128 to 127 for start/)
  assert.throws(() => iota(new Uint8Array(3), { step: 0.5 }), /Expected an integer/)
})

test('convert and copy: between all types, as stores do', () => {
  forEachInput((view, title) => {
    if (view.length !== 33 && view.length !== 1025) return
    for (const type of types) {
      const expected = new type(view.length)
      for (let i = 0; i < view.length; i++) {
        const x = view[i]!
        if (!isBigInt(type))
          expected[i] = typeof x === 'bigint' && /^(Int|Uint\d+A)/.test(type.name) ? Number(BigInt.asIntN(32, x)) : Number(x)
        else expected[i] = typeof x === 'bigint' ? x : Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n
      }
      const actual = convert(view, type as Float64ArrayConstructor)
      assert.is((actual as TypedArray).constructor as unknown, type)
      expectEach(actual, (i) => expected[i]!, `to ${type.name}, ${title}`)
    }
    expectEach(copy(view), (i) => view[i]!, title)
  })
  const all = Float64Array.of(
    0.5,
    1.5,
    254.5,
    255.4,
    -0.6,
    2 ** 53,
    -(2 ** 63),
    2 ** 64 + 2 ** 13,
    1e300,
    -1e300,
    Number.NaN,
    65_519,
    65_520,
    2049,
    6e-8,
    2e-8,
  )
  for (const type of types) {
    if (isBigInt(type)) continue
    expectEach(convert(all, type as Float64ArrayConstructor), (i) => all[i]!, type.name)
  }
  assert.throws(() => convert(all, Array as never), /Expected a typed-array constructor/)
  assert.throws(() => convert(all, {} as never), /Expected a typed-array constructor, or \{ into \}/)
})

test('every half is itself again, by way of floats', () => {
  const type = (globalThis as { Float16Array?: Float16ArrayConstructor }).Float16Array
  if (type === undefined) return
  const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i)
  const halves = new type(bits.buffer as never)
  expectEach(convert(convert(halves, Float64Array), type), (i) => halves[i]!, 'halves')
})

test.run()
