import { kernelScan, kernelScanCarries, kernelScanTotal, scanOps } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Stretch } from './stretch.js'

/** How a scan is cut, and what it combines by: an index into `scanOps`. */
export interface Scanning {
  readonly op: number
  readonly exclusive: boolean
  readonly chunkLength: number
}

/** The number of an operation; −1 of none. */
export function scanOp(name: unknown): number {
  return scanOps.indexOf(name as never)
}

/** The first pass: what each chunk combines to. */
export function totalOfStretch({ source, start, end }: Stretch<TypedArray>, totals: TypedArray, { op, chunkLength }: Scanning): void {
  kernelScanTotal(source, start, end, op, totals, start / chunkLength)
}

/** Between the passes: what lies before each chunk. */
export function carriesOf(source: TypedArray, totals: TypedArray, { op }: Scanning): void {
  kernelScanCarries(source, op, totals)
}

/** The second pass. */
export function scanStretch(
  { source, start, end }: Stretch<TypedArray>,
  carries: TypedArray,
  { op, exclusive, chunkLength }: Scanning,
  into: TypedArray | undefined,
): void {
  kernelScan(source, start, end, op, carries, start / chunkLength, into ?? source, start, exclusive)
}
