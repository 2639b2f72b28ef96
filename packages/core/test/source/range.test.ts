import { range } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CuttingOptions } from '#internal/schedule/index.js'
import { open, openReader } from '#internal/source/index.js'

const test = suite('range')

type Loop = (start: number, end: number) => number[]

/** What a loop over each chunk visits, chunk after chunk; checks what the chunks say of themselves. */
function visited(source: ReturnType<typeof range>, options: Partial<CuttingOptions>, loop: Loop): number[] {
  const opened = open(source, { width: 3, ...options })
  const reader = openReader(opened.data, opened.cutting, 0, undefined)
  let extent = 0
  const numbers = Array.from({ length: opened.cutting.count }, (_, index) => {
    const chunk = reader.read(index)
    const own = loop(chunk.start, chunk.end)
    assert.equal([chunk.length, chunk.index, reader.extent(index, index + 1)], [own.length, index, own.length])
    assert.equal(opened.rangeOf(index, index + 1), { start: chunk.start, end: chunk.end })
    extent += reader.extent(index, index + 1)
    return own
  })
  assert.equal([extent, opened.total], [source.length, source.length])
  return numbers.flat()
}

function upBy(step: number): Loop {
  return (start, end) => {
    const numbers: number[] = []
    for (let i = start; step > 0 ? i < end : i > end; i += step) numbers.push(i)
    return numbers
  }
}

test('loops over the chunks visit what the one loop visits, for any start, end, step and cut', () => {
  const small = fc.integer({ min: -500, max: 500 })
  fc.assert(
    fc.property(
      small,
      small,
      fc.integer({ min: -40, max: 40 }).filter((step) => step !== 0),
      fc.record({
        chunkLength: fc.integer({ min: 1, max: 30 }),
        unit: fc.integer({ min: 1, max: 5 }),
        schedule: fc.constantFrom('auto', 'static', 'dynamic', 'guided'),
      }),
      (start, end, step, options) => {
        assert.equal(visited(range(start, end, step), options, upBy(step)), upBy(step)(start, end))
      },
    ),
    { numRuns: 500 },
  )
})

test('one number is the end, two are start and end', () => {
  assert.equal(visited(range(4), { chunkLength: 3 }, upBy(1)), [0, 1, 2, 3])
  assert.equal(visited(range(3, 6), { chunkLength: 2 }, upBy(1)), [3, 4, 5])
})

test('the last chunk ends where the range does, though the step jumps over it', () => {
  const { data, cutting } = open(range(0, 10, 4), { width: 1, chunkLength: 2 })
  const reader = openReader(data, cutting, 0, undefined)
  assert.equal([reader.read(0).end, reader.read(1).start, reader.read(1).end], [8, 8, 10])
})

test('an empty range that has to have a chunk has an empty one', () => {
  const { data, cutting } = open(range(7, 3), { width: 1 })
  const chunk = openReader(data, { ...cutting, count: 1 }, 0, undefined).read(0)
  assert.equal([chunk.start, chunk.end, chunk.length], [7, 7, 0])
})

test('refuses what are no safe integers, and a step of 0', () => {
  const refused: [unknown[], ErrorConstructor, RegExp][] = [
    [['9'], TypeError, /integer for end/],
    [[0.5], RangeError, /for end/],
    [[0, Number.POSITIVE_INFINITY], RangeError, /for end/],
    [[Number.NaN, 1], RangeError, /for start/],
    [[0, 1, 0], RangeError, /not 0 for step/],
    [[0, 1, '1'], TypeError, /for step/],
  ]
  for (const [args, Type, message] of refused) {
    assert.throws(
      () => (range as (...args: unknown[]) => unknown)(...args),
      (error: Error) => error instanceof Type && message.test(error.message),
    )
  }
})

test.run()
