import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('matmul')

/** How large a tile of the product is, but for those at its right and lower edges. */
export const matmulTileRows = 192
export const matmulTileColumns = 384

/** The tile of c = a · b that begins at (row, column): a has rows × inner elements, b inner × columns, all row by row, of Float64 or Float32. */
export const kernelMatmul = native.kernelMatmul as (
  a: KernelView,
  b: KernelView,
  c: KernelView,
  rows: number,
  inner: number,
  columns: number,
  row: number,
  column: number,
) => void
