import type { TypedArray } from '../memory/index.js'
import { checkNotEmpty } from './check-not-empty.js'
import { elementTypeOf } from './element-types.js'
import type { Reduction } from './reduction.js'
import { addTotals, addWholeTotals, sumStretch, type Total } from './sum.js'

export function meanOf(view: TypedArray): Reduction {
  checkNotEmpty(view)
  const combine = elementTypeOf(view)!.kind === 'float' ? addTotals : addWholeTotals
  const reduction: Reduction<Total, number> = { kernel: sumStretch, combine, args: [], finish: (total) => Number(total) / view.length }
  return reduction as Reduction
}
