import { requireOptions } from '../errors/index.js'
import type { Element, Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { compact } from './compaction.js'
import type { AlgorithmOptions } from './options.js'
import { passesAlone, passesOn } from './passes.js'
import { type AnyBytes, maskAlone, maskOn, type SharedBytes, select, type Where } from './selecting.js'
import { sharingTime } from './sharing-time.js'

/**
 * The elements for which `where` holds, in their order, in a new view. `where` is some of `lt`, `le`, `gt`, `ge`, `eq`, `ne`, which all hold;
 * `{ mask }`, a Uint8Array with a byte for each element; or a kernel `(x, i) => boolean`. `xs` is not changed.
 *
 * @throws TypeError for comparisons with the wrong type; RangeError for a mask of another length
 * @example const adults = await filter(pool, ages, { ge: 18 })
 */
export function filter<V extends ViewLike>(
  pool: Pool,
  xs: V,
  where: Where<Element<V>, SharedBytes>,
  options?: AlgorithmOptions,
): Promise<Shared<V>>
export function filter<V extends Readable>(xs: V, where: Where<Element<V>, AnyBytes>): Unshared<V>
export function filter(first: Pool | TypedArray, second: unknown, third?: unknown, fourth?: AlgorithmOptions): unknown {
  if (first instanceof Pool) return filterOn(first, second as SharedView, third as never, fourth)
  const view = checkView('xs', first)
  const where = maskAlone(view, second as never)
  return passesAlone(function* (place) {
    return yield* compact(place, view, yield* select(place, view, where))
  })
}

async function filterOn(pool: Pool, xs: SharedView, where: Where<number | bigint>, options: AlgorithmOptions = {}): Promise<TypedArray> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  return sharingTime(pool, options, async (next, calls) => {
    const condition = await maskOn(calls, view, where as never, next())
    return passesOn(
      pool,
      function* (place) {
        return yield* compact(place, view, yield* select(place, view, condition))
      },
      next(),
      calls,
    )
  })
}
