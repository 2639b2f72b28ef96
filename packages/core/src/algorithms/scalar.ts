import { expectedRange, expectedType } from '../errors/index.js'
import { elementTypeOf, typeNameOf } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'

/**
 * A value that is stored into, or worked with as, an element of `view`.
 *
 * @throws TypeError for a number where a bigint is due, and the other way round
 * @throws RangeError for what is no integer, or no element, of an integer type
 */
export function checkScalar(name: string, view: TypedArray, value: unknown): number | bigint {
  const { kind, least, most } = elementTypeOf(view)!
  const wanted = kind === 'bigint' ? 'bigint' : 'number'
  if (typeof value !== wanted) throw expectedType(name, `a ${wanted}, as elements of ${typeNameOf(view)} are`, value)
  const scalar = value as number | bigint
  if (kind === 'float') return scalar
  const isWhole = typeof scalar === 'bigint' || Number.isInteger(scalar)
  if (!isWhole || scalar < least || scalar > most) {
    throw expectedRange(name, `an integer from ${least} to ${most}, as elements of ${typeNameOf(view)} are`, scalar)
  }
  return scalar
}
