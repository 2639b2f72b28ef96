import { ShoalError } from '../errors/index.js'
import { checkFaultHandlers, isPlain, type Segment } from '../memory/index.js'
import { unsharedBuffer } from '../protocol/index.js'
import type { Backend } from './options.js'

/**
 * Before workers are given memory. Where faults may have to be mended, nobody else may handle them: of what others can cut short, and of what
 * may not be stored into. And stores that stay private to a process are seen by its threads only.
 *
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE`, `SHOAL_SEGMENT_PRIVATE`, `SHOAL_SEGMENT_HANDLERS`
 */
export function checkSegments(segments: readonly Segment[], backend: Backend): void {
  if (backend === 'processes' && segments.some(isPlain)) throw unsharedBuffer()
  if (backend === 'processes' && segments.some(({ access }) => access === 'copyonwrite')) {
    throw new ShoalError(
      'SHOAL_SEGMENT_PRIVATE',
      "Expected memory that processes share but received a view over a copyonwrite segment, whose stores stay with this one: open it 'readonly' or 'readwrite', share() the view, or use threads",
    )
  }
  if (segments.some(({ kind, access }) => kind === 'file' || kind === 'posix' || access === 'readonly')) checkFaultHandlers()
}
