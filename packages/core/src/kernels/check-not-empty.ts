import { expectedRange } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'

/** @throws RangeError where there is no element to be the least, or to divide by */
export function checkNotEmpty(view: TypedArray): void {
  if (view.length === 0) throw expectedRange('xs', 'at least one element', view)
}
