import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { interleaved, stretchStart } from '#internal/schedule/index.js'

const test = suite('chunks dealt out side by side')

test('every chunk has its turn once, whatever the width', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 1024 }), (count, width) => {
      const chunks = Array.from({ length: count }, (_, index) => interleaved(index, count, width))
      assert.equal(
        chunks.sort((a, b) => a - b),
        Array.from({ length: count }, (_, index) => index),
      )
    }),
  )
})

test('a rank that goes through its stretch has every width-th chunk, from that of its number', () => {
  const check = (count: number, width: number, rank: number, step: number): void => {
    assert.is(interleaved(stretchStart(count, width, rank) + step, count, width), rank + step * width)
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (count, width) => {
      for (let chunk = 0; chunk < count; chunk++) check(count, width, chunk % width, Math.floor(chunk / width))
    }),
  )
  const count = 2 ** 31 - 2 ** 17
  for (const step of [0, 1, Math.floor(count / 7) - 1]) for (let rank = 0; rank < 7; rank++) check(count, 7, rank, step)
})

test('alone, chunks are in order', () => {
  assert.equal(
    [0, 1, 6].map((index) => interleaved(index, 7, 1)),
    [0, 1, 6],
  )
})

test.run()
