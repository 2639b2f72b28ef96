import { expectedRange, expectedType, InWords } from '../errors/index.js'
import { typeNameOf } from '../kernels/index.js'
import { overlap, type TypedArray } from '../memory/index.js'
import { isSame } from './into.js'

/** @throws TypeError for a view of another element type */
export function checkLike(name: string, view: TypedArray, other: TypedArray): void {
  if (typeNameOf(view) !== typeNameOf(other)) throw expectedType(name, `a ${typeNameOf(other)}`, new InWords(`a ${view.constructor.name}`))
}

/** @throws RangeError for a view that overlaps another of its length in part: elements of one would be moved as elements of the other */
export function checkSameOrDisjoint(name: string, view: TypedArray, other: TypedArray): void {
  if (!isSame(view, other)) checkDisjoint(name, view, other)
}

/** @throws RangeError for a view that overlaps one of the others: workers would read what others have overwritten */
export function checkDisjoint(name: string, view: TypedArray, ...others: readonly TypedArray[]): void {
  for (const other of others) {
    if (overlap(view, other) && view.length > 0 && other.length > 0) {
      throw expectedRange(name, 'a view that does not overlap what is read', new InWords('one that does'))
    }
  }
}
