import { kernelDot } from '@shoal/native'
import { expectedRange, expectedType, InWords } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'
import { elementTypeOf, typeNameOf } from './element-types.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'
import { addTotals, addWholeTotals, exactly, type Total } from './sum.js'

export function dotOfStretch({ source, start, end }: Stretch<TypedArray>, ys: TypedArray): Total {
  return kernelDot(source, start, end, ys, start)
}

export function dotOf(xs: TypedArray, ys: TypedArray): Reduction {
  checkAlike('ys', ys, xs)
  const isFloat = elementTypeOf(xs)!.kind === 'float'
  const combine = isFloat ? addTotals : addWholeTotals
  return exactly(xs, { kernel: dotOfStretch, combine, args: [ys], finish: (total) => total })
}

/** @throws TypeError for another element type, RangeError for another length */
export function checkAlike(name: string, view: TypedArray, xs: TypedArray): void {
  if (typeNameOf(view) !== typeNameOf(xs))
    throw expectedType(name, `a ${typeNameOf(xs)}, as xs is (use convert())`, new InWords(`a ${view.constructor.name}`))
  if (view.length !== xs.length) throw expectedRange(name, `a view of ${xs.length} elements, as long as xs`, view.length)
}
