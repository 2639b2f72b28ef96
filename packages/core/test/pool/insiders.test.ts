import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Insiders, NOBODY } from '#internal/pool/insiders.js'

const test = suite('Insiders')

test('the first ranks have the first entries; who leaves is no more inside', () => {
  const inside = new Insiders()
  inside.begin([2, 0, 5])
  assert.equal([inside.count, inside.entryOf(0), inside.entryOf(5), inside.has(1)], [3, 1, 2, false])
  inside.leave(0)
  assert.equal([inside.count, inside.entryOf(0), inside.byEntry], [2, -1, [2, NOBODY, 5]])
  inside.leave(0)
  assert.is(inside.count, 2)
})

test('a rank that comes in again has its new entry', () => {
  const inside = new Insiders()
  inside.begin([1, 0])
  inside.leave(1)
  inside.join(1, 2)
  assert.equal([inside.count, inside.entryOf(1), inside.byEntry], [2, 2, [NOBODY, 0, 1]])
})

test('ranks may leave while they are gone through', () => {
  const inside = new Insiders()
  inside.begin([0, 1, 2])
  const seen: number[] = []
  for (const rank of inside.byEntry) {
    seen.push(rank)
    inside.leave(rank)
  }
  assert.equal([seen, inside.count], [[0, 1, 2], 0])
})

test('the array that ranks begin with stays whose it was', () => {
  const inside = new Insiders()
  const ranks = [0, 1]
  inside.begin(ranks)
  inside.leave(0)
  assert.equal(ranks, [0, 1])
})

test.run()
