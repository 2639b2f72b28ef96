import { types } from 'node:util'
import { expectedType } from '../errors/index.js'
import { chunkLengthOf, elementTypeOf, type Reduction, type Stretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { chunkStart, cut, NeighbourTree, partition, type TreeNode } from '../schedule/index.js'

type Nodes = TreeNode<unknown>[]

interface Rank {
  readonly rank: number
  readonly size: number
}

/**
 * A reduction of a view that all ranks give: each works on its part of the chunks, and all combine what was made of them. The chunks and the
 * tree are those of a region, and of one thread: so are the bits.
 */
export function reduceTogether(
  ranks: Rank,
  view: TypedArray,
  { kernel, combine, args, finish }: Reduction,
  gather: (part: Nodes) => unknown[],
): unknown {
  const work = kernel as (stretch: Stretch<TypedArray>, ...args: readonly unknown[]) => unknown
  const cutting = cut(view.length, { schedule: 'dynamic', chunkLength: chunkLengthOf(view), width: ranks.size })
  // A view without elements is one chunk without any.
  const count = Math.max(1, cutting.count)
  const own = new NeighbourTree(count, combine)
  const { start, end } = partition(count, ranks.rank, ranks.size)
  for (let index = start; index < end; index++) {
    own.add(0, index, work({ source: view, start: chunkStart(cutting, index), end: chunkStart(cutting, index + 1) }, ...args))
  }
  const whole = new NeighbourTree(count, combine)
  const nodes = (gather(own.nodes()) as Nodes[]).flat()
  for (const { level, index, value } of nodes) whole.add(level, index, value)
  return finish(whole.nodes()[0]!.value)
}

/** @throws TypeError */
export function checkedView(name: string, view: unknown): TypedArray {
  const isView = types.isTypedArray(view) && elementTypeOf(view as TypedArray) !== undefined
  if (!isView || !types.isSharedArrayBuffer(view.buffer)) throw expectedType(name, 'a shared view, the same on every rank', view)
  return view as TypedArray
}
