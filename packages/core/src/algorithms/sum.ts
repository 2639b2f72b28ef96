import { expectedRange } from '../errors/index.js'
import { compensatedSum, elementTypeOf, floatSum, type Reduction, reduceAlone, type Total, wholeSum } from '../kernels/index.js'
import type { Element, TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { reduceOn } from './run.js'

export interface SumOptions extends AlgorithmOptions {
  /** Default true: the same bits for any number of workers. False allows another grouping; today there is none that is faster. */
  deterministic?: boolean
  /** Floats: adds up what rounding loses, too. The error is then that of one rounding, as long as terms do not cancel by more than 2^53. */
  compensated?: boolean
}

/**
 * The sum of all elements; 0 of none.
 *
 * Floats are added as doubles along a fixed tree over blocks of 1,024 elements: the same bits for any number of workers, backend and CPU,
 * within (37 + log2(n / 1024)) · 2^−53 · Σ|x|, the bound of pairwise summation. NaN and infinities count as in a loop. Sums of integers are
 * exact: bigints for the BigInt views.
 *
 * Without a pool, over any typed array, on this thread: the same value.
 *
 * @throws RangeError when a sum of integers is beyond 2^53 − 1: `convert` the view to a BigInt64Array
 * @example const total = await sum(pool, xs)
 */
export function sum<V extends ViewLike>(pool: Pool, xs: V, options?: SumOptions): Promise<Element<V>>
export function sum<V extends Readable>(xs: V, options?: Pick<SumOptions, 'compensated' | 'deterministic'>): Element<V>
export function sum(first: Pool | Readable, second?: ViewLike | SumOptions, third?: SumOptions): unknown {
  if (first instanceof Pool) return sumOn(first, second as ViewLike, third ?? {})
  return sumAlone(checkView('xs', first), (second as SumOptions | undefined) ?? {})
}

async function sumOn(pool: Pool, xs: ViewLike, options: SumOptions): Promise<Total> {
  const view = checkShared('xs', xs)
  if (isCompensated(view, options)) return total(await reduceOn(pool, view, compensatedSum, [], options))
  return exact(view, await reduceOn(pool, view, sumOf(view), [], options))
}

function sumAlone(view: TypedArray, options: SumOptions): Total {
  if (isCompensated(view, options)) return total(reduceAlone(view, compensatedSum, []))
  return exact(view, reduceAlone(view, sumOf(view), []))
}

function isCompensated(view: TypedArray, { compensated = false }: SumOptions): boolean {
  return compensated && elementTypeOf(view)!.kind === 'float'
}

function sumOf(view: TypedArray): Reduction<Total> {
  return elementTypeOf(view)!.kind === 'float' ? floatSum : wholeSum
}

/** What is infinite has lost nothing; NaN would come of it. */
function total([sum, lost]: Float64Array): number {
  return Number.isFinite(sum) ? sum! + lost! : sum!
}

function exact(view: TypedArray, total: Total): Total {
  if (typeof total === 'number' || elementTypeOf(view)!.kind === 'bigint') return total
  const number = Number(total)
  if (Number.isSafeInteger(number)) return number
  throw expectedRange(
    'xs',
    'integers whose sum is at most 2^53 − 1 (convert() them to a BigInt64Array for an exact sum)',
    `a sum of ${total}`,
  )
}
