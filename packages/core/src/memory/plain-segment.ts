import { collectGarbage } from './collect.js'
import { type Segment, segmentOver } from './segment.js'
import { newSegmentId } from './segment-id.js'
import { isOfSegment } from './segment-of-buffer.js'

/** A buffer and its segment go together: neither keeps the other alive. */
const segments = new WeakMap<SharedArrayBuffer, Segment>()
const known = new WeakSet<Segment>()

/** V8 does not count the memory of shared buffers, and what is in a WeakMap goes with full collections only. */
const COLLECT_AT_BYTES = 64 * 1024 * 1024
let coveredBytes = 0

/**
 * A plain `SharedArrayBuffer`, which the threads of this process share and nobody else, as a segment: it is sent to a thread once, and goes by
 * its id then. `segmentOf` does not tell of it.
 *
 * @returns undefined for the memory of a segment, a closed one too
 */
export function coverPlain(buffer: SharedArrayBuffer): Segment | undefined {
  if (isOfSegment(buffer)) return undefined
  coveredBytes += buffer.byteLength
  if (coveredBytes > COLLECT_AT_BYTES) {
    coveredBytes = 0
    collectGarbage()
  }
  return adoptPlain(buffer, newSegmentId())
}

/** In the thread that a buffer has been sent to. */
export function adoptPlain(buffer: SharedArrayBuffer, id: string): Segment {
  const { byteLength } = buffer
  const segment = segmentOver({
    id,
    kind: 'anonymous',
    access: 'readwrite',
    buffer,
    byteLength,
    byteOffset: 0,
    mapping: undefined,
    isPlain: true,
  })
  segments.set(buffer, segment)
  known.add(segment)
  return segment
}

/** Undefined for a buffer that is not known to be shared among threads. */
export function plainSegmentOf(buffer: SharedArrayBuffer): Segment | undefined {
  return segments.get(buffer)
}

export function isPlain(segment: Segment): boolean {
  return known.has(segment)
}
