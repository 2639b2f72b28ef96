import { types } from 'node:util'
import { expectedRange, expectedType } from '../errors/index.js'
import { checkOpen } from '../memory/index.js'

/** Shared memory as the words that synchronisation objects are made of. */
export type SharedWords = Int32Array<SharedArrayBuffer>

/** Objects start on a cache line of their own, so that neighbours do not slow each other down. */
const placeAlignment = 64

/**
 * Checks that an object of `byteLength` bytes fits at `view[index]`.
 *
 * @throws ShoalError `SHOAL_SEGMENT_CLOSED`; TypeError when `view` is no Int32Array over a SharedArrayBuffer.
 * @throws RangeError when `index` is not on a 64-byte border or the object does not fit.
 */
export function checkPlace(view: SharedWords, index: number, byteLength: number): void {
  // Not by class: in the contexts of some test runners buffers are of another realm than the program.
  if (!types.isInt32Array(view) || !types.isSharedArrayBuffer(view.buffer)) {
    throw expectedType('view', 'an Int32Array over a SharedArrayBuffer', view)
  }
  checkOpen('view', view)
  if (!Number.isInteger(index) || index < 0 || (view.byteOffset + index * 4) % placeAlignment !== 0) {
    throw expectedRange('index', `the index of a word at a multiple of ${placeAlignment} bytes`, index)
  }
  if ((view.length - index) * 4 < byteLength) {
    throw expectedRange('index', `room for ${byteLength} bytes in a view of ${view.length} words`, index)
  }
}

/** The memory from `view[index]` on, for native calls that have to be fast: they read a DataView quicker than an array. */
export function dataFrom(view: SharedWords, index: number): DataView {
  const byteLength = Math.min((view.length - index) * 4, 0x7fff_ffff)
  return new DataView(view.buffer, view.byteOffset + index * 4, byteLength)
}
