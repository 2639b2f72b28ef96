import type { Comparison } from '../kernels/index.js'
import type { Element, TypedArray, ViewLike } from '../memory/index.js'
import type { ReduceOp } from '../protocol/index.js'
import type { Part, Schedule } from '../schedule/index.js'
import type { ChunkOf } from '../source/index.js'

export type { Part, ReduceOp }

/** What a named operation reduces: a number, a bigint, or an array element by element. */
export type Reducible = number | bigint | TypedArray

/**
 * What an `spmd` kernel gets first: who it is, and what all ranks do together.
 *
 * The collectives are called by all ranks, in the same order: `barrier`, `single`, `bcast`, `reduce`, `allReduce`, `gather`, `allGather`,
 * `scatter`, `scan` and `exscan`, and the reductions of views from `sum` to `count`. Each may throw
 * - `SHOAL_REGION_MISMATCH` on every rank, when one of them called something else, with another operation, root, type,
 *   length, options or view;
 * - `SHOAL_REGION_ABORTED` when a rank threw, returned or died, or the region was cancelled: nobody waits for who will never come;
 * - `SHOAL_REGION_NESTED` inside `single` and `exclusive`, where the others wait for this rank;
 * - `SHOAL_REGION_OVER` once the kernel has returned.
 *
 * Values are combined in the order of ranks: results do not depend on timing, and those of floats are the same bits on every rank.
 * Values travel as arguments do: views over segments by reference, the rest by structured clone.
 */
export interface Context {
  /** 0 … size − 1. */
  readonly rank: number
  readonly size: number
  /** True once the region is cancelled or another rank has failed: a kernel with long steps looks at it to end early. */
  readonly aborted: boolean
  /** What `setup` returned on this worker. */
  readonly local: unknown
  /** Waits until every rank has come here. True on the one elected rank. */
  barrier(): boolean
  /** The first rank to come runs `fn`; all get what it returned. */
  single<T>(fn: () => T): T
  /** One rank at a time runs `fn`. No collective: each rank calls it as often as it likes. */
  exclusive<T>(fn: () => T): T
  /** This rank's contiguous part of a view or of `[0, length)`; with `unit`, cut at multiples of it. The parts differ by at most one unit. */
  partition<V extends ViewLike>(view: V, options?: { unit?: number }): Part & { readonly view: V }
  partition(length: number, options?: { unit?: number }): Part
  /**
   * The chunks that this rank gets hold of, of a view or of `[0, length)`: whoever is free takes the next. All ranks run the same loops in
   * the same order, each to its end or until it is left by `break`. No barrier at the end: ranks may be up to 8 loops apart.
   * `static` deals the chunks out round-robin.
   * @example for (const chunk of ctx.chunks(xs)) total += sumOf(chunk.view)
   */
  chunks<S extends ViewLike | number>(
    source: S,
    options?: { schedule?: Schedule; chunkLength?: number; unit?: number },
  ): IterableIterator<ChunkOf<S>>
  /**
   * Combines the values of all ranks; every rank gets the result. An array is reduced element by element in place, and returned; it may be
   * shared or not. The very same shared view on several ranks counts once a rank; views that partly overlap are refused.
   * With a function, any values: `op` runs on every rank, on copies, and may change and return its first argument.
   * @throws TypeError for bitwise operations on arrays of floats.
   * @throws RangeError for overlapping views.
   * @example const total = ctx.allReduce(mine, 'sum')
   */
  allReduce<T extends Reducible>(value: T, op: ReduceOp): T extends number ? number : T extends bigint ? bigint : T
  allReduce<T>(value: T, op: (a: NoInfer<T>, b: NoInfer<T>) => NoInfer<T>): T
  /** The same for one rank: `root` (default 0) gets the result, an array in its own; the others undefined, and their arrays are unchanged. */
  reduce<T extends Reducible>(value: T, op: ReduceOp, root?: number): T | undefined
  /** The value of `root` (default 0), on every rank. */
  bcast<T>(value: T, root?: number): T
  /** The values of all ranks, by rank, on `root` (default 0); undefined on the others. */
  gather<T>(value: T, root?: number): T[] | undefined
  /** The values of all ranks, by rank, on every rank. */
  allGather<T>(value: T): T[]
  /** `values[rank]` of `root` (default 0), which gives one value for each rank; what the others give is ignored. */
  scatter<T>(values: readonly T[] | undefined, root?: number): T
  /** The values of ranks 0 … this one, combined (MPI_Scan). Default `sum`. */
  scan(value: number, op?: ReduceOp): number
  /** The values of ranks 0 … the one before this, combined (MPI_Exscan); rank 0 gets the identity: 0, 1, ±Infinity, all bits. Default `sum`. */
  exscan(value: number, op?: ReduceOp): number
  /**
   * The sum of a shared view that all ranks give; here and below every rank gets the result, the same bits as of the algorithm of that name
   * with a pool. What ranks have stored into the view comes before: `barrier()` first. The other algorithms work on a part, on each rank by
   * itself: `fill(ctx.partition(xs).view, 1)` in a kernel of a module that imports them.
   */
  sum<V extends ViewLike>(xs: V, options?: { compensated?: boolean }): Element<V>
  mean(xs: ViewLike): number
  variance(xs: ViewLike, options?: { ddof?: 0 | 1 }): number
  min<V extends ViewLike>(xs: V): Element<V>
  max<V extends ViewLike>(xs: V): Element<V>
  minMax<V extends ViewLike>(xs: V): { min: Element<V>; max: Element<V> }
  argMin(xs: ViewLike): number
  argMax(xs: ViewLike): number
  dot<V extends ViewLike>(xs: V, ys: V): Element<V>
  norm(xs: ViewLike): number
  count<V extends ViewLike>(xs: V, where: Element<V> | Comparison<Element<V>>): number
  /** Adds `n` to what `onProgress` reports as done. */
  progress(n: number): void
}
