import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NeighbourTree } from '#internal/schedule/index.js'

const test = suite('NeighbourTree')

/** The chunks `[0, count)` in some order, dealt to some workers. */
const deal = fc
  .integer({ min: 1, max: 300 })
  .chain((count) =>
    fc.tuple(
      fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
      fc.array(fc.integer({ min: 0, max: 7 }), { minLength: count, maxLength: count }),
    ),
  )

/** What a region does: every worker combines its own chunks, then one combines what is left of all. */
function combineDealt<T>([order, workers]: [number[], number[]], leaf: (index: number) => T, combine: (a: T, b: T) => T): T[] {
  const trees = new Map<number, NeighbourTree<T>>()
  for (const index of order) {
    const worker = workers[index]!
    const tree = trees.get(worker) ?? new NeighbourTree(order.length, combine)
    trees.set(worker, tree)
    tree.add(0, index, leaf(index))
  }
  const last = new NeighbourTree(order.length, combine)
  for (const tree of trees.values()) for (const node of tree.nodes()) last.add(node.level, node.index, node.value)
  return last.nodes().map((node) => node.value)
}

test('combines strings from left to right, whoever had which chunk and in whatever order', () => {
  fc.assert(
    fc.property(deal, (dealt) => {
      const expected = dealt[0].map((_, index) => `${index},`).join('')
      assert.equal(
        combineDealt(
          dealt,
          (index) => `${index},`,
          (a, b) => a + b,
        ),
        [expected],
      )
    }),
  )
})

test('groups by the chunk count alone: an operation that is not associative gives one result', () => {
  fc.assert(
    fc.property(deal, (dealt) => {
      const inOrder: [number[], number[]] = [[...dealt[0].keys()], dealt[1].map(() => 0)]
      const combine = (a: string, b: string) => `(${a} ${b})`
      assert.equal(combineDealt(dealt, String, combine), combineDealt(inOrder, String, combine))
    }),
  )
})

test('sums of floats are the same to the bit for every order', () => {
  fc.assert(
    fc.property(deal, fc.array(fc.double({ min: -1e20, max: 1e20, noNaN: true }), { minLength: 300, maxLength: 300 }), (dealt, values) => {
      const inOrder: [number[], number[]] = [[...dealt[0].keys()], dealt[1].map(() => 0)]
      const add = (a: number, b: number) => a + b
      assert.equal(
        combineDealt(dealt, (index) => values[index]!, add),
        combineDealt(inOrder, (index) => values[index]!, add),
      )
    }),
  )
})

test('a fixed binary tree: neighbours pair up, an odd one out goes up alone', () => {
  const grouping = (count: number) => combineDealt([[...Array(count).keys()], Array(count).fill(0)], String, (a, b) => `(${a} ${b})`)
  assert.equal(grouping(1), ['0'])
  assert.equal(grouping(2), ['(0 1)'])
  assert.equal(grouping(3), ['((0 1) 2)'])
  assert.equal(grouping(5), ['(((0 1) (2 3)) 4)'])
  assert.equal(grouping(7), ['(((0 1) (2 3)) ((4 5) 6))'])
})

test('holds few nodes for chunks that come in runs', () => {
  const tree = new NeighbourTree(1_000_000, (a: number, b: number) => a + b)
  for (let index = 123_456; index < 323_456; index++) {
    tree.add(0, index, 1)
    assert.ok(tree.nodes().length <= 40)
  }
})

test('works at the highest indices that a region can have', () => {
  const count = 2 ** 31 - 2 ** 17
  const tree = new NeighbourTree(count, (a: string, b: string) => a + b)
  tree.add(0, count - 1, 'b')
  tree.add(0, count - 2, 'a')
  assert.equal(
    tree.nodes().map((node) => node.value),
    ['ab'],
  )
})

test.run()
