import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Cutting, type CuttingOptions, chunkStart, cut, MAX_CHUNKS, type Schedule } from '#internal/schedule/index.js'

const test = suite('cut')
const schedules: readonly Schedule[] = ['auto', 'static', 'dynamic', 'guided']

const options: fc.Arbitrary<CuttingOptions> = fc.record({
  schedule: fc.constantFrom(undefined, ...schedules),
  chunkLength: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 5_000 })),
  unit: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 700 })),
  width: fc.integer({ min: 1, max: 70 }),
})

function starts(cutting: Cutting): number[] {
  return Array.from({ length: cutting.count + 1 }, (_, index) => chunkStart(cutting, index))
}

/** Every index lies in exactly one chunk, no chunk is empty, and every cut inside is a multiple of the unit. */
function checkAll(cutting: Cutting, length: number, unit: number): void {
  const all = starts(cutting)
  assert.is(all[0], 0)
  assert.is(all.at(-1), length)
  for (const [index, start] of all.entries()) {
    if (index === cutting.count) continue
    assert.ok(start < all[index + 1]!, `chunk ${index} of ${JSON.stringify(cutting)} is empty`)
    assert.is(start % unit, 0)
  }
}

test('covers every index exactly once, with cuts on multiples of unit, for any options', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), options, (length, given) => checkAll(cut(length, given), length, given.unit ?? 1)),
    { numRuns: 1_000 },
  )
})

for (const schedule of schedules) {
  test(`${schedule} cuts awkward lengths whole`, () => {
    for (const length of [0, 1, 2, 3, 15, 16, 17, 31, 997, 2047, 2048, 2049, 65_537, 1_000_003]) {
      for (const unit of [1, 2, 3, 997, 2_000_000]) {
        for (const width of [1, 2, 3, 64]) checkAll(cut(length, { schedule, unit, width }), length, unit)
      }
    }
  })

  test(`${schedule} keeps its promises beyond 2^32 and 2^50`, () => {
    const large = fc.oneof(fc.integer({ min: 2 ** 32 - 9, max: 2 ** 32 + 9 }), fc.integer({ min: 2 ** 40, max: 2 ** 50 }))
    fc.assert(
      fc.property(
        large,
        fc.integer({ min: 1, max: 4096 }),
        fc.integer({ min: 1, max: 64 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (length, unit, width, at) => {
          const cutting = cut(length, { schedule, unit, width })
          const index = Math.min(cutting.count - 1, Math.floor(at * cutting.count))
          const [start, end] = [chunkStart(cutting, index), chunkStart(cutting, index + 1)]
          assert.ok(Number.isSafeInteger(start) && start < end && end <= length)
          assert.is(start % unit, 0)
          assert.is(chunkStart(cutting, 0), 0)
          assert.is(chunkStart(cutting, cutting.count), length)
          assert.ok(chunkStart(cutting, cutting.count - 1) < length)
        },
      ),
    )
  })
}

test('static without chunkLength makes at most one chunk a worker; the others do not ask for the width', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e12 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 100 }),
      (length, width, unit) => {
        assert.ok(cut(length, { schedule: 'static', width, unit }).count <= width)
        for (const schedule of ['auto', 'dynamic', 'guided'] as const) {
          assert.equal(cut(length, { schedule, width, unit }), cut(length, { schedule, width: 1, unit }))
        }
      },
    ),
  )
})

test('auto makes about 2,048 chunks whose length is a power of two', () => {
  for (const length of [1e6, 1e9, 2 ** 40, 2 ** 40 + 1]) {
    const { count, block } = cut(length, { width: 2 })
    assert.ok(count > 1_024 && count <= 2_049, `${count} chunks`)
    assert.is(Math.log2(block) % 1, 0)
  }
})

test('coarse chunks of auto are powers of two, at least 256 a worker where there are as many units, and never more than others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 64 }), (length, width) => {
      const { count, block } = cut(length, { width, coarse: true })
      const most = cut(length, { width }).count
      assert.is(Math.log2(block) % 1, 0)
      assert.ok(count <= most && count >= Math.min(most, 256 * width), `${count} chunks`)
    }),
  )
  assert.is(cut(2 ** 25, { width: 2, coarse: true }).count, 512)
  assert.is(cut(2 ** 25, { width: 8, coarse: true }).count, 2_048)
  assert.is(cut(2 ** 25, { width: 2, coarse: true, chunkLength: 1_024 }).count, 2 ** 15)
})

test('chunkLength is the length of all but the last chunk, rounded down to a multiple of unit', () => {
  for (const schedule of ['auto', 'static', 'dynamic'] as const) {
    assert.equal(starts(cut(10, { schedule, chunkLength: 4, width: 3 })), [0, 4, 8, 10])
    assert.equal(starts(cut(10, { schedule, chunkLength: 5, unit: 2, width: 3 })), [0, 4, 8, 10])
    assert.equal(starts(cut(10, { schedule, chunkLength: 1, unit: 4, width: 3 })), [0, 4, 8, 10])
  }
})

test('only static with chunkLength goes round in turn', () => {
  for (const schedule of schedules) {
    for (const chunkLength of [undefined, 3]) {
      const { roundRobin } = cut(100, { schedule, chunkLength, width: 2 })
      assert.is(roundRobin, schedule === 'static' && chunkLength !== undefined)
    }
  }
})

test('guided chunks never grow, and only the last is shorter than chunkLength', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 10_000 }), (length, chunkLength) => {
      const all = starts(cut(length, { schedule: 'guided', chunkLength, width: 4 }))
      const lengths = all.slice(1).map((end, index) => end - all[index]!)
      for (let index = 1; index < lengths.length; index++) assert.ok(lengths[index]! <= lengths[index - 1]!)
      for (const one of lengths.slice(0, -1)) assert.ok(one >= chunkLength)
    }),
    { numRuns: 200 },
  )
})

test('refuses what needs more chunks than a 32-bit counter holds', () => {
  assert.throws(() => cut(MAX_CHUNKS + 1, { chunkLength: 1, width: 1 }), isRange(/chunkLength/))
  assert.is(cut(MAX_CHUNKS, { chunkLength: 1, width: 1 }).count, MAX_CHUNKS)
})

test('refuses units, chunk lengths and schedules that are none', () => {
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => cut(10, { unit: value, width: 1 }), isRange(/a positive integer for unit/))
    assert.throws(() => cut(10, { chunkLength: value, width: 1 }), isRange(/a positive integer for chunkLength/))
  }
  assert.throws(
    () => cut(10, { unit: '2' as never, width: 1 }),
    (error: Error) => error instanceof TypeError && /unit/.test(error.message),
  )
  assert.throws(
    () => cut(10, { schedule: 'random' as never, width: 1 }),
    (error: Error) => error instanceof TypeError && /'guided'/.test(error.message),
  )
})

function isRange(message: RegExp): (error: Error) => boolean {
  return (error) => error instanceof RangeError && message.test(error.message)
}

test.run()
