import { expectedRange, requireOptions } from '../errors/index.js'
import type { Element, TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { passesAlone, passesOn } from './passes.js'
import { selectRanks } from './select-ranks.js'

/**
 * The element that `sort` would put at index `n`. `xs` is not changed; at most five passes over it.
 *
 * @throws RangeError for an index outside the view
 * @example const median = await nthElement(pool, xs, (xs.length - 1) / 2)
 */
export function nthElement<V extends ViewLike>(pool: Pool, xs: V, n: number, options?: AlgorithmOptions): Promise<Element<V>>
export function nthElement<V extends Readable>(xs: V, n: number): Element<V>
export function nthElement(first: Pool | Readable, second: unknown, third?: number, fourth?: AlgorithmOptions): unknown {
  if (first instanceof Pool) return nthElementOn(first, second as ViewLike, third!, fourth)
  const view = checkView('xs', first)
  const n = checkIndex(second as number, view)
  return passesAlone((place) => selectRanks(place, view, [n]))[0]
}

async function nthElementOn(pool: Pool, xs: ViewLike, n: number, options: AlgorithmOptions = {}): Promise<unknown> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  checkIndex(n, view)
  return (await passesOn(pool, (place) => selectRanks(place, view, [n]), options))[0]
}

function checkIndex(n: number, { length }: TypedArray): number {
  if (!Number.isInteger(n) || n < 0 || n >= length)
    throw expectedRange('n', `an integer from 0, below ${length} (the number of elements)`, n)
  return n
}
