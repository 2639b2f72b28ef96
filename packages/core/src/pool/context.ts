import type { ViewLike } from '../memory/index.js'

/** A rank's part of an index range. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly length: number
}

/** What an `spmd` kernel gets first: who it is, and how to stay in step with the others. */
export interface Context {
  /** 0 … size − 1. */
  readonly rank: number
  readonly size: number
  /** True once the region is cancelled or another rank has failed: a kernel with long steps looks at it to end early. */
  readonly aborted: boolean
  /** What `setup` returned on this worker. */
  readonly local: unknown
  /**
   * Waits until every rank has come here. True on the one elected rank.
   * @throws ShoalError `SHOAL_REGION_ABORTED` when a rank threw, left or died, or the region was cancelled.
   */
  barrier(): boolean
  /** This rank's contiguous part of a view or of `[0, length)`; with `unit`, cut at multiples of it. The parts differ by at most one unit. */
  partition<V extends ViewLike>(view: V, options?: { unit?: number }): Part & { readonly view: V }
  partition(length: number, options?: { unit?: number }): Part
}
