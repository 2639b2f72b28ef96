import { expectedRange, expectedType } from '../errors/index.js'
import { operations } from './later.js'
import { type AllocateOptions, checkAllocateOptions } from './options.js'
import { segmentOver } from './segment.js'
import { checkViewConstructor, viewOver } from './view-over.js'
import type { SharedOf, ViewConstructor } from './views.js'

/**
 * A zeroed view of `length` elements over a new anonymous segment.
 * @throws ShoalError SHOAL_SEGMENT_LIMIT where the process may have no more descriptors or mappings
 * @example
 * const xs = allocate(Float64Array, 1e8)
 */
export function allocate<C extends ViewConstructor>(type: C, length: number, options: AllocateOptions = {}): SharedOf<C> {
  checkViewConstructor(type)
  if (typeof length !== 'number') throw expectedType('length', 'a number', length)
  checkAllocateOptions(options)
  const byteLength = length * type.BYTES_PER_ELEMENT
  if (!Number.isInteger(length) || length < 0 || !Number.isSafeInteger(byteLength)) {
    const most = Math.floor(Number.MAX_SAFE_INTEGER / type.BYTES_PER_ELEMENT)
    throw expectedRange('length', `an integer from 0 to ${most}`, length)
  }
  return viewOver(segmentOver(operations().createAnonymousBacking(byteLength, options)).buffer, type, 0, length)
}
