import { fillStretch } from '../kernels/index.js'
import type { Element, SharedView, TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { AlgorithmOptions } from './options.js'
import { overwrite } from './overwrite.js'
import { withPool } from './run.js'
import { checkScalar } from './scalar.js'

/**
 * Stores `value` into every element. A death in the middle is made good: what was not filled is filled again.
 *
 * @returns `xs`
 * @throws RangeError for a value that elements of integers can not hold
 * @example await fill(pool, xs, 1)
 */
export function fill<V extends SharedView>(pool: Pool, xs: V, value: Element<V>, options?: AlgorithmOptions): Promise<V>
export function fill<V extends TypedArray>(xs: V, value: Element<V>): V
export function fill(...args: unknown[]): unknown {
  const [pool, xs, value, options] = withPool(args)
  return overwrite(pool, xs, options, fillStretch, (view) => [checkScalar('value', view, value)])
}
