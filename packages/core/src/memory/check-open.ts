import { ShoalError } from '../errors/index.js'
import { isOfSegment, segmentOfBuffer } from './segment-of-buffer.js'

/**
 * For what gets shared memory to work with: that of a closed segment reads as zeros, and what is stored there reaches nobody.
 *
 * @param name what it is called where it was given
 * @throws ShoalError `SHOAL_SEGMENT_CLOSED`
 */
export function checkOpen(name: string, { buffer }: Pick<ArrayBufferView, 'buffer'>): void {
  if (segmentOfBuffer(buffer as SharedArrayBuffer) !== undefined || !isOfSegment(buffer as SharedArrayBuffer)) return
  throw new ShoalError(
    'SHOAL_SEGMENT_CLOSED',
    `Expected memory of an open segment for ${name} but received that of one that has been closed: close it after its last use, or open it again`,
  )
}
