import type { TypedArray } from '../memory/index.js'

/** About what one core reads in the time that a region takes to begin and end: less than this is done by the caller alone. */
const LEAST_BYTES = 256 * 1024
/** Fits the second-level cache, and takes long enough that what a chunk costs (about 1 µs) is lost in it. */
const MOST_BYTES = 1024 * 1024
const CHUNKS = 256

/**
 * Elements in a chunk of an algorithm: a power of two, by the length and the element type alone. So neither cuts nor results depend on how
 * many workers there are.
 */
export function chunkLengthOf({ byteLength, BYTES_PER_ELEMENT }: TypedArray): number {
  if (byteLength <= LEAST_BYTES * CHUNKS) return LEAST_BYTES / BYTES_PER_ELEMENT
  const bytes = 2 ** Math.ceil(Math.log2(byteLength / CHUNKS))
  return Math.min(bytes, MOST_BYTES) / BYTES_PER_ELEMENT
}
