import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { halvesOf, Remaining, type Window, windowAt } from '#internal/job/chunks/remaining.js'
import { NeighbourTree } from '#internal/schedule/index.js'

const test = suite('what remains of the chunks')

test('are all that are not done, each once and in order, as nodes that combine as one tree whatever their sizes', () => {
  const concat = (a: string, b: string): string => `(${a}${b})`
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.array(fc.nat(6)), fc.array(fc.nat(6), { minLength: 1 }), (count, done, levels) => {
      const leaf = (index: number): string => `${index},`
      const whole = new NeighbourTree<string>(count, concat)
      for (let index = 0; index < count; index++) whole.add(0, index, leaf(index))
      // What a window comes to by itself: a tree over its own chunks.
      const combined = (first: number, end: number): string => {
        const tree = new NeighbourTree<string>(end - first, concat)
        for (let index = first; index < end; index++) tree.add(0, index - first, leaf(index))
        return tree.nodes()[0]!.value
      }
      const tree = new NeighbourTree<string>(count, concat)
      const before = new Remaining(count, [])
      const places: { level: number; index: number }[] = []
      for (const [turn, level] of done.entries()) {
        const window = before.next(level)
        if (window === undefined) break
        if (turn % 2 === 0) places.push(window)
      }
      for (const place of places) {
        const { first, end } = windowAt(place, count)
        tree.add(place.level, place.index, combined(first, end))
      }
      const remaining = new Remaining(count, places)
      let at = 0
      for (let turn = 0; ; turn++) {
        const window = remaining.next(levels[turn % levels.length]!)
        if (window === undefined) break
        assert.ok(window.first >= at && window.end > window.first)
        at = window.end
        tree.add(window.level, window.index, combined(window.first, window.end))
      }
      assert.equal(
        tree.nodes().map(({ value }) => value),
        [whole.nodes()[0]!.value],
      )
    }),
  )
})

test('a window falls into two that are nodes of the tree, down to single chunks', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(8), (count, level) => {
      const remaining = new Remaining(count, [])
      const singles = (window: Window): Window[] => {
        const halves = halvesOf(window, count)
        if (halves.length === 0) return [window]
        for (const half of halves) assert.equal(half, windowAt(half, count))
        assert.equal([halves[0]!.first, halves[0]!.end, halves[1]!.end], [window.first, halves[1]!.first, window.end])
        return halves.flatMap(singles)
      }
      const chunks: number[] = []
      for (let window = remaining.next(level); window !== undefined; window = remaining.next(level))
        for (const { first, end } of singles(window)) {
          assert.is(end, first + 1)
          chunks.push(first)
        }
      assert.equal(
        chunks,
        Array.from({ length: count }, (_, chunk) => chunk),
      )
    }),
  )
})

test.run()
