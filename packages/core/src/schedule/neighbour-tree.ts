/** A partial result of the chunks `[index << level, (index + 1) << level)`. */
export interface TreeNode<T> {
  readonly level: number
  readonly index: number
  readonly value: T
}

/**
 * Combines the partials of chunks along one fixed binary tree over the chunk indices. Whoever holds both halves of a node combines them, so
 * the order and the grouping of `combine` depend on the cuts alone, never on how many workers there are or who was faster.
 * A node whose right half lies beyond the last chunk is its left half.
 *
 * Nodes are added in any order; memory is O(runs × log chunks) for chunks that come in runs of consecutive indices.
 */
export class NeighbourTree<T> {
  readonly #count: number
  readonly #combine: (left: T, right: T) => T
  /** Waiting nodes by position: one entry of each (level, index). */
  readonly #waiting = new Map<number, TreeNode<T>>()

  constructor(count: number, combine: (left: T, right: T) => T) {
    this.#count = count
    this.#combine = combine
  }

  add(level: number, index: number, value: T): void {
    let node: TreeNode<T> = { level, index, value }
    for (;;) {
      const sibling = node.index ^ 1
      const isLeft = sibling > node.index
      if (isLeft && sibling * 2 ** node.level >= this.#count) {
        if (node.index === 0) break
        node = { level: node.level + 1, index: node.index >>> 1, value: node.value }
        continue
      }
      const key = position(node.level, sibling)
      const other = this.#waiting.get(key)
      if (other === undefined) break
      this.#waiting.delete(key)
      const value = isLeft ? this.#combine(node.value, other.value) : this.#combine(other.value, node.value)
      node = { level: node.level + 1, index: node.index >>> 1, value }
    }
    this.#waiting.set(position(node.level, node.index), node)
  }

  /** The nodes that still wait for a neighbour: one, the root, when every chunk has been added. */
  nodes(): TreeNode<T>[] {
    return [...this.#waiting.values()]
  }
}

/** Unique below 2^53: indices are below 2^31, levels below 32. */
function position(level: number, index: number): number {
  return index * 32 + level
}
