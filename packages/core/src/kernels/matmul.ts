import { kernelMatmul, matmulTileColumns, matmulTileRows } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'

export interface MatrixSizes {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** Tiles of the product are numbered row by row. */
export function tilesOf({ rows, columns }: MatrixSizes): number {
  return Math.ceil(rows / matmulTileRows) * Math.ceil(columns / matmulTileColumns)
}

export function multiplyTiles(
  tiles: { readonly start: number; readonly end: number },
  a: TypedArray,
  b: TypedArray,
  into: TypedArray,
  { rows, inner, columns }: MatrixSizes,
): void {
  const across = Math.ceil(columns / matmulTileColumns)
  for (let tile = tiles.start; tile < tiles.end; tile++) {
    const row = Math.floor(tile / across) * matmulTileRows
    kernelMatmul(a, b, into, rows, inner, columns, row, (tile % across) * matmulTileColumns)
  }
}
