import { fillStretch } from '../kernels/index.js'
import type { Element, SharedView, TypedArray } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, checkWritable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { eachAlone, eachOn } from './run.js'
import { checkScalar } from './scalar.js'

/**
 * Stores `value` into every element. A death in the middle is made good: what was not filled is filled again.
 *
 * @throws RangeError for a value that the elements can not hold
 * @example await fill(pool, xs, 1)
 */
export function fill<V extends SharedView>(pool: Pool, xs: V, value: Element<V>, options?: AlgorithmOptions): Promise<V>
export function fill<V extends TypedArray>(xs: V, value: Element<V>): V
export function fill(first: Pool | TypedArray, second: unknown, third?: unknown, fourth?: AlgorithmOptions): unknown {
  if (first instanceof Pool) return fillOn(first, second as SharedView, third, fourth ?? {})
  const view = checkWritable('xs', checkView('xs', first))
  eachAlone(view, fillStretch, [checkScalar('value', view, second)])
  return view
}

async function fillOn(pool: Pool, xs: SharedView, value: unknown, options: AlgorithmOptions): Promise<SharedView> {
  const view = checkWritable('xs', checkShared('xs', xs))
  await eachOn(pool, view, fillStretch, [checkScalar('value', view, value)], options, 'idempotent')
  return view
}
