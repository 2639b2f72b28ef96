import { requireOptions } from '../errors/index.js'
import type { Comparison } from '../kernels/index.js'
import type { Element, Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { compact } from './compaction.js'
import type { AlgorithmOptions } from './options.js'
import { type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { type AnyBytes, type Mask, maskAlone, maskOn, type SharedBytes, select, type Where } from './selecting.js'
import { sharingTime } from './sharing-time.js'

/** What `partitionBy` makes of a view. */
export interface Partition<V> {
  /** The elements for which the condition holds, in their order. */
  matching: V
  /** The others, in theirs. */
  rest: V
}

/**
 * Both halves of `filter`: what `where` holds for, and the rest. `xs` is not changed.
 *
 * @example const { matching, rest } = await partitionBy(pool, xs, { lt: 0 })
 */
export function partitionBy<V extends ViewLike>(
  pool: Pool,
  xs: V,
  where: Where<Element<V>, SharedBytes>,
  options?: AlgorithmOptions,
): Promise<Partition<Shared<V>>>
export function partitionBy<V extends Readable>(xs: V, where: Where<Element<V>, AnyBytes>): Partition<Unshared<V>>
export function partitionBy(first: Pool | TypedArray, second: unknown, third?: unknown, fourth?: AlgorithmOptions): unknown {
  if (first instanceof Pool) return partitionOn(first, second as SharedView, third as never, fourth)
  const view = checkView('xs', first)
  const where = maskAlone(view, second as never)
  return passesAlone((place) => partitionPasses(place, view, where))
}

async function partitionOn(
  pool: Pool,
  xs: SharedView,
  where: Where<number | bigint>,
  options: AlgorithmOptions = {},
): Promise<Partition<TypedArray>> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  return sharingTime(pool, options, async (next, calls) => {
    const condition = await maskOn(calls, view, where as never, next())
    return passesOn(pool, (place) => partitionPasses(place, view, condition), next(), calls)
  })
}

function* partitionPasses(place: Place, view: TypedArray, where: Comparison | Mask): Passes<Partition<TypedArray>> {
  const selection = yield* select(place, view, where)
  return { matching: yield* compact(place, view, selection), rest: yield* compact(place, view, selection, true) }
}
