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

test('ranks that go through their stretches are at neighbouring chunks', () => {
  for (const [count, width] of [
    [256, 2],
    [101, 3],
    [2 ** 31 - 2 ** 17, 7],
  ] as const) {
    for (const step of [0, 1, Math.floor(count / width) - 1]) {
      const abreast = Array.from({ length: width }, (_, rank) => interleaved(stretchStart(count, width, rank) + step, count, width))
      assert.equal(
        abreast,
        Array.from({ length: width }, (_, rank) => step * width + rank),
      )
    }
  }
})

test('alone, chunks are in order', () => {
  assert.equal(
    [0, 1, 6].map((index) => interleaved(index, 7, 1)),
    [0, 1, 6],
  )
})

test.run()
