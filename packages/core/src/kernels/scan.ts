import { kernelScan, kernelScanTotal, SCAN_LINK_WORDS, scanOps } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import { interleaved } from '../schedule/index.js'
import type { Stretch } from './stretch.js'

export { SCAN_LINK_WORDS }

/** How a scan is cut, and what it combines by: an index into `scanOps`. */
export interface Scanning {
  readonly op: number
  readonly exclusive: boolean
  readonly chunkLength: number
  /** How many work side by side, at neighbouring chunks; 1: each at the chunk that it is given. */
  readonly abreast: number
}

/** The number of an operation; −1 of none. */
export function scanOp(name: unknown): number {
  return scanOps.indexOf(name as never)
}

/** The chunk that is scanned for the one that begins at `start`: of all chunks each once. */
export function scannedFor(length: number, start: number, { chunkLength, abreast }: Scanning): number {
  return interleaved(start / chunkLength, Math.ceil(length / chunkLength), abreast)
}

/** Finds out what a chunk combines to, before anything is scanned. */
export function totalOfStretch({ source, start }: Stretch<TypedArray>, links: BigUint64Array, { op, chunkLength }: Scanning): void {
  if (source.length > 0) kernelScanTotal(source, chunkLength, op, links, start / chunkLength)
}

export function scanStretch(
  { source, start }: Stretch<TypedArray>,
  links: BigUint64Array,
  scanning: Scanning,
  into: TypedArray | undefined,
): void {
  if (source.length === 0) return
  const { op, exclusive, chunkLength, abreast } = scanning
  const chunk = scannedFor(source.length, start, scanning)
  kernelScan(source, chunkLength, op, links, chunk, into ?? source, exclusive, abreast === 1)
}
