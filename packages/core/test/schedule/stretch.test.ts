import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimLength, MAX_CHUNKS, MAX_CLAIM, stretchStart } from '#internal/schedule/index.js'

const test = suite('stretches and claims')

test('the stretches of a region tile its chunks, and the first ones are longer by one where these do not come out even', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_CHUNKS }), fc.integer({ min: 1, max: 1024 }), (count, width) => {
      const starts = Array.from({ length: width + 1 }, (_, stretch) => stretchStart(count, width, stretch))
      assert.is(starts[0], 0)
      assert.is(starts[width], count)
      const lengths = starts.slice(1).map((end, stretch) => end - starts[stretch]!)
      const least = Math.floor(count / width)
      assert.equal(
        lengths,
        lengths.map((_, stretch) => (stretch < count % width ? least + 1 : least)),
      )
    }),
  )
})

test('a claim takes 1 to 64 chunks and no more than its share of what is left', () => {
  const time = fc.oneof(fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY), fc.double({ min: 0, max: 1e12, noNaN: true }))
  fc.assert(
    fc.property(time, fc.integer({ min: 1, max: MAX_CHUNKS }), fc.integer({ min: 1, max: 1024 }), (nsPerChunk, left, width) => {
      const length = claimLength(nsPerChunk, left, left, width)
      assert.ok(Number.isInteger(length) && length >= 1 && length <= MAX_CLAIM && length <= left)
      assert.ok(length === 1 || length <= Math.ceil(left / (2 * width)))
    }),
  )
})

test('short chunks are claimed 64 at a time, chunks of unknown or long work one by one', () => {
  assert.is(claimLength(10, 1e6, 1e6, 2), 64)
  assert.is(claimLength(0, 1e6, 1e6, 2), 64)
  assert.is(claimLength(5_000, 1e6, 1e6, 2), 20)
  assert.is(claimLength(1e6, 1e6, 1e6, 2), 1)
  assert.is(claimLength(Number.POSITIVE_INFINITY, 1e6, 1e6, 2), 1)
})

test('of few chunks a claim takes few, however short they are', () => {
  assert.is(claimLength(10, 2_048, 2_048, 2), 11)
  assert.is(claimLength(10, 512, 512, 8), 1)
})

test('claims halve towards the end', () => {
  assert.equal(
    [256, 128, 64, 4, 1].map((left) => claimLength(10, left, 1e6, 2)),
    [64, 32, 16, 1, 1],
  )
})

test.run()
