import type { Segment } from '../memory/index.js'
import { decodeValue, encodeValue } from './value-codec.js'

/**
 * A value with the ids of the segments it refers to, as bytes: what lies in a region's log. The ids come first, so that the reader can get
 * hold of the segments before it decodes the rest.
 */
export interface Packet {
  readonly bytes: Uint8Array
  readonly segments: readonly Segment[]
}

const PLAIN = 0
const WITH_SEGMENTS = 1

/** With `coversPlain`, for threads, plain `SharedArrayBuffer`s go by reference too. */
export function pack(value: unknown, coversPlain = false): Packet {
  const encoded = encodeValue(value, coversPlain)
  if (encoded.segments.length === 0) {
    const bytes = new Uint8Array(1 + encoded.bytes.byteLength)
    bytes[0] = PLAIN
    bytes.set(encoded.bytes, 1)
    return { bytes, segments: [] }
  }
  const ids = Buffer.from(JSON.stringify(encoded.segments.map((segment) => segment.id)), 'utf8')
  const bytes = new Uint8Array(5 + ids.byteLength + encoded.bytes.byteLength)
  bytes[0] = WITH_SEGMENTS
  new DataView(bytes.buffer).setUint32(1, ids.byteLength)
  bytes.set(ids, 5)
  bytes.set(encoded.bytes, 5 + ids.byteLength)
  return { bytes, segments: encoded.segments }
}

/** `resolve` gives this side's segments for the ids. Copies what it needs out of `bytes`, which may be shared memory that is used again. */
export function unpack(bytes: Uint8Array, resolve: (ids: readonly string[]) => readonly Segment[]): unknown {
  if (bytes[0] === PLAIN) return decodeValue(bytes.subarray(1))
  const idBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1)
  const ids = JSON.parse(Buffer.from(bytes.subarray(5, 5 + idBytes)).toString('utf8')) as string[]
  return decodeValue(bytes.subarray(5 + idBytes), resolve(ids))
}
