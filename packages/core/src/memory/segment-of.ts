import { types } from 'node:util'
import type { Segment } from './segment.js'
import { segmentOfBuffer } from './segment-of-buffer.js'
import type { TypedArray } from './views.js'

/**
 * The open segment under a view or buffer; undefined for memory that is not a segment's.
 * @example
 * await segmentOf(grid)?.prefault()
 */
export function segmentOf(view: TypedArray | SharedArrayBuffer): Segment | undefined {
  const buffer = ArrayBuffer.isView(view) ? view.buffer : view
  return types.isSharedArrayBuffer(buffer) ? segmentOfBuffer(buffer) : undefined
}
