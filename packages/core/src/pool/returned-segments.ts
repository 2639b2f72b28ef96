import type { Segment } from '../memory/index.js'
import { unsentMemory } from '../protocol/index.js'

/**
 * The segments that what a kernel has returned refers to: those that its call referred to, and no others.
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE`
 */
export function returnedSegments(ids: readonly string[], segments: readonly Segment[]): Segment[] {
  return ids.map((id) => {
    const segment = segments.find((one) => one.id === id)
    if (segment !== undefined) return segment
    throw unsentMemory()
  })
}
