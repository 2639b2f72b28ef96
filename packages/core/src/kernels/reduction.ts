import type { TypedArray } from '../memory/index.js'
import { chunkStart, cut, NeighbourTree } from '../schedule/index.js'
import { chunkLengthOf } from './chunk-length.js'
import type { Stretch } from './stretch.js'

/**
 * How a view becomes one value: `kernel` makes a partial of each chunk, `combine` one of two neighbours, `finish` the value of the last. Kernel
 * and combine are exported by this room's index under their own names, where workers find them.
 */
export interface Reduction<P = unknown, R = unknown> {
  readonly kernel: (stretch: Stretch<TypedArray>, ...args: never[]) => P
  readonly combine: (a: P, b: P) => P
  readonly args: readonly unknown[]
  readonly finish: (partial: P) => R
}

/** One thread's form: the same chunks and the same tree of partials as in a region, so the same bits. */
export function reduceAlone<P, R>(source: TypedArray, reduction: Reduction<P, R>): R {
  const { length } = source
  const { combine, args, finish } = reduction
  const kernel = reduction.kernel as (stretch: Stretch<TypedArray>, ...args: unknown[]) => P
  const chunkLength = chunkLengthOf(source)
  if (length <= chunkLength) return finish(kernel({ source, start: 0, end: length }, ...args))
  const cutting = cut(length, { schedule: 'dynamic', chunkLength, width: 1 })
  const tree = new NeighbourTree(cutting.count, combine)
  for (let index = 0; index < cutting.count; index++) {
    tree.add(0, index, kernel({ source, start: chunkStart(cutting, index), end: chunkStart(cutting, index + 1) }, ...args))
  }
  return finish(tree.nodes()[0]!.value)
}
