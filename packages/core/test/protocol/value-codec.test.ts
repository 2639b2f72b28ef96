import { deepStrictEqual } from 'node:assert/strict'
import { allocate, Segment, type SharedView, segmentOf, share } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeValue, encodeValue } from '#internal/protocol/index.js'

const test = suite('value codec')

function travelled(value: unknown): unknown {
  const { bytes, segments } = encodeValue(value)
  return decodeValue(bytes, segments)
}

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

for (const Type of types) {
  test(`an unshared ${Type.name} is copied, and so is a part of one`, () => {
    const values = Type.name.startsWith('Big') ? [1n, 2n, 100n] : [1, 2, 100]
    const whole = (Type as typeof Float64Array).from(values as number[])
    const copy = travelled(whole) as Float64Array
    assert.instance(copy, Type)
    assert.equal([...copy], values)
    assert.is.not(copy.buffer, whole.buffer)
    const part = travelled(whole.subarray(1, 2)) as Float64Array
    assert.equal([...part], values.slice(1, 2))
    assert.is((travelled(whole.subarray(3)) as Float64Array).length, 0)
  })

  test(`a shared ${Type.name} goes by reference, with its offset and length`, () => {
    const view = allocate(Type as typeof Float64Array, 10) as unknown as SharedView
    const part = view.subarray(3, 8)
    const back = travelled(part) as SharedView
    assert.instance(back, Type)
    assert.is(back.buffer, view.buffer)
    assert.is(back.byteOffset, 3 * view.BYTES_PER_ELEMENT)
    assert.is(back.length, 5)
    assert.is((travelled(view.subarray(4, 4)) as SharedView).length, 0)
  })
}

test('views of bytes and DataViews may start at odd offsets of a segment', () => {
  const segment = Segment.create({ kind: 'anonymous', byteLength: 4096 })
  for (const offset of [1, 3, 4095, 4096]) {
    const bytes = travelled(new Uint8Array(segment.buffer, offset)) as Uint8Array
    assert.equal([bytes.byteOffset, bytes.byteLength, bytes.buffer === segment.buffer], [offset, 4096 - offset, true])
    const data = travelled(new DataView(segment.buffer, offset, 4096 - offset)) as DataView
    assert.instance(data, DataView)
    assert.equal([data.byteOffset, data.byteLength, data.buffer === segment.buffer], [offset, 4096 - offset, true])
  }
  segment.close()
})

test('the buffer of a segment goes by reference, and the segment itself', () => {
  const { buffer } = allocate(Int32Array, 4)
  assert.is((travelled({ deep: [buffer] }) as { deep: unknown[] }).deep[0], buffer)
  assert.is(travelled(segmentOf(buffer)), segmentOf(buffer))
  assert.is((travelled(new DataView(buffer)) as DataView).buffer, buffer)
})

test('each segment is named once, however often it is referred to', () => {
  const [a, b] = [allocate(Float64Array, 8), allocate(Uint8Array, 8)]
  const { segments } = encodeValue({ a, part: a.subarray(2), again: [a, b], data: new DataView(b.buffer) })
  assert.equal(segments, [segmentOf(a), segmentOf(b)])
})

test('references lie anywhere: in objects, arrays, maps and sets, and twice the same stays the same', () => {
  const view = share(Float64Array.of(1, 2, 3))
  const back = travelled({ list: [view], map: new Map([['view', view]]), set: new Set([view]) }) as {
    list: unknown[]
    map: Map<string, unknown>
    set: Set<unknown>
  }
  assert.is((back.list[0] as Float64Array).buffer, view.buffer)
  assert.is(back.map.get('view'), back.list[0])
  assert.ok(back.set.has(back.list[0]))
})

test('a DataView and a Buffer over unshared memory are copied as what they are', () => {
  const data = new DataView(new ArrayBuffer(16), 3, 9)
  data.setFloat64(1, Math.PI)
  const copy = travelled(data) as DataView
  assert.instance(copy, DataView)
  assert.equal([copy.byteLength, copy.getFloat64(1)], [9, Math.PI])
  const buffer = travelled(Buffer.from('grüße')) as Buffer
  assert.ok(Buffer.isBuffer(buffer))
  assert.is(buffer.toString('utf8'), 'grüße')
})

test('what was decoded does not keep or share the message', () => {
  const { bytes } = encodeValue({ small: Uint8Array.of(1, 2), text: 'x'.repeat(10_000) })
  const { small } = decodeValue(bytes) as { small: Uint8Array }
  bytes.fill(0)
  assert.equal([...small], [1, 2])
  assert.is(small.buffer.byteLength, 2)
})

test('Map, Set, Date, BigInt, RegExp, errors, boxed values, holes and cycles travel as by structured clone', () => {
  const value: Record<string, unknown> = {
    map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1, 'two', null])]]),
    date: new Date(86_400_000),
    big: [0n, -1n, 2n ** 200n],
    pattern: /a+b/giu,
    holes: Object.assign(Array(3), { 0: 1, 2: 3 }),
    numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY, 2 ** 53],
    nothing: [undefined, null],
    text: ['', 'ß', '\ud800', 'a\0b'],
  }
  value.itself = value
  const back = travelled(value) as typeof value
  assert.is(back.itself, back)
  delete value.itself
  delete back.itself
  assert.equal(back, structuredClone(value))
  assert.ok(!(1 in (back.holes as object)) && Object.is((back.numbers as number[])[1], -0))
  const error = travelled(new RangeError('out', { cause: 'why' })) as RangeError
  assert.instance(error, RangeError)
  assert.equal([error.message, error.cause], ['out', 'why'])
})

test('any plain value comes back as it was', () => {
  const anything = fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  })
  fc.assert(
    fc.property(anything, (value) => {
      // uvu compares the elements of typed arrays with ===, which no NaN passes.
      deepStrictEqual(travelled(value), structuredClone(value))
    }),
    { numRuns: 500 },
  )
})

test('refuses functions, symbols, promises and weak collections, wherever they lie, and says why', () => {
  for (const value of [() => 1, Symbol('s'), Promise.resolve(1), new WeakMap(), { deep: [() => 1] }, new Map([[1, () => 1]])]) {
    assert.throws(() => encodeValue(value), isUncloneable(/structured clone/))
  }
})

test('refuses a plain SharedArrayBuffer and views over it, and names allocate() and share()', () => {
  const buffer = new SharedArrayBuffer(16)
  for (const value of [buffer, new Float64Array(buffer), new DataView(buffer), { deep: [buffer] }, Buffer.from(buffer)]) {
    assert.throws(() => encodeValue(value), isUncloneable(/allocate\(\) or share\(\)/))
  }
})

test('views in objects that refer to each other in circles go by reference too', () => {
  const view = allocate(Float64Array, 4)
  const parent = { view, map: new Map<unknown, unknown>(), set: new Set<unknown>(), list: [] as unknown[], plain: new Date(5) }
  parent.list.push(parent, { parent, view })
  parent.map.set(parent, parent.list)
  parent.set.add(parent)
  const back = travelled(parent) as typeof parent
  assert.is(back.view.buffer, view.buffer)
  assert.is(back.list[0], back)
  const inner = back.list[1] as { parent: unknown; view: Float64Array }
  assert.is(inner.parent, back)
  assert.is(inner.view, back.view)
  assert.is(back.map.get(back), back.list)
  assert.ok(back.set.has(back))
  assert.equal(back.plain, new Date(5))
  assert.is(parent.list[0], parent)
})

test('views in instances of classes go by reference; the instance becomes a plain object', () => {
  class Matrix {
    readonly rows = 2
    constructor(readonly data: SharedView) {}
  }
  const view = allocate(Float64Array, 4)
  const back = travelled([new Matrix(view)]) as { rows: number; data: SharedView }[]
  assert.is(back[0]!.data.buffer, view.buffer)
  assert.equal([back[0]!.rows, Object.getPrototypeOf(back[0])], [2, Object.prototype])
})

test('views go by reference in instances of classes that name themselves, too, and in circles of those', () => {
  class Matrix {
    itself: unknown
    readonly bytes = Uint8Array.of(1, 2).buffer
    constructor(readonly data: SharedView) {}
    get [Symbol.toStringTag](): string {
      return 'Matrix'
    }
  }
  const view = allocate(Float64Array, 4)
  const matrix = new Matrix(view)
  assert.is((travelled(matrix) as Matrix).data.buffer, view.buffer)
  matrix.itself = matrix
  const back = travelled(matrix) as Matrix
  assert.is(back.data.buffer, view.buffer)
  assert.is(back.itself, back)
  assert.equal([...new Uint8Array(back.bytes)], [1, 2])
})

test('an error that holds a view stays an error', () => {
  class Failed extends Error {
    readonly view = allocate(Float64Array, 4)
    override readonly name = 'Failed'
    get [Symbol.toStringTag](): string {
      return 'Failed'
    }
  }
  assert.instance(travelled(new Failed('so')), Error)
})

test('no value can pretend to be shared memory', () => {
  const pretended = { '\0shoal.reference': 'segment', segment: 0 }
  assert.throws(() => encodeValue([allocate(Uint8Array, 1), pretended]), isUncloneable(/shared memory/))
})

test('an error that is its own cause is refused where it is read', () => {
  const error = new Error('round')
  error.cause = error
  assert.throws(() => travelled(error), isUncloneable(/read again/))
})

test('refuses memory of a segment that has been closed', () => {
  const segment = Segment.create({ kind: 'anonymous', byteLength: 64 })
  const view = segment.view(Uint8Array)
  segment.close()
  assert.throws(
    () => encodeValue(view),
    ({ code }: { code?: string }) => code === 'SHOAL_SEGMENT_CLOSED',
  )
})

function isUncloneable(message: RegExp): (error: { code?: string; message: string }) => boolean {
  return (error) => error.code === 'SHOAL_VALUE_UNCLONEABLE' && message.test(error.message)
}

test.run()
