import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { unpack } from '../protocol/index.js'

/**
 * What a kernel has returned. It may refer to the segments that its call referred to, and to no others.
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE`
 */
export function returnedValue(bytes: Uint8Array, segments: readonly Segment[]): unknown {
  return unpack(bytes, (ids) => ids.map((id) => segmentById(segments, id)))
}

function segmentById(segments: readonly Segment[], id: string): Segment {
  const segment = segments.find((one) => one.id === id)
  if (segment !== undefined) return segment
  throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', 'A kernel returned memory that this process does not have: pass it in args instead')
}
