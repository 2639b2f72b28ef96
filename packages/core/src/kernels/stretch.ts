/**
 * What a ready-made kernel works on: elements `[start, end)` of `source`. A chunk of a region is one; so is a plain object, where one thread
 * does everything. Kernels give the whole view and the two indexes to native code: that costs less than a view of each chunk.
 */
export interface Stretch<V> {
  readonly source: V
  readonly start: number
  readonly end: number
}
