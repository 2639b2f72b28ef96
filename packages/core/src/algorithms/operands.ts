import { checkAlike } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor } from './check-view.js'
import { checkApart, type IntoOptions, isSame } from './into.js'

/** The two views of an operation whose operands may be exchanged: where one of them is `into`, it comes first. */
export function checkOperands(
  pool: Pool | undefined,
  [first, second, options]: unknown[],
): { xs: TypedArray; ys: TypedArray; options: IntoOptions | undefined } {
  const xs = checkFor(pool, 'xs', first)
  const ys = checkFor(pool, 'ys', second)
  checkAlike('ys', ys, xs)
  const given = options as IntoOptions | undefined
  const into = given?.into
  const isSecond = into !== undefined && isSame(checkFor(pool, 'into', into), ys)
  const [operand, other] = isSecond ? [ys, xs] : [xs, ys]
  if (into !== undefined) checkApart('into', into, other)
  return { xs: operand, ys: other, options: given }
}
