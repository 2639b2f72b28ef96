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
  if (into !== undefined && isSame(checkFor(pool, 'into', into), ys)) return { xs: ys, ys: xs, options: given }
  if (into !== undefined) checkApart('into', into, ys)
  return { xs, ys, options: given }
}
