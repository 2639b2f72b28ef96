import { expectedRange, expectedType } from '../errors/index.js'
import { type Comparison, countMaskStretch, intervalOf, keyOf, namesIn, selectStretch } from '../kernels/index.js'
import { allocate, type Element, type ReadonlyView, type TypedArray, type ViewLike } from '../memory/index.js'
import type { PoolCalls } from '../pool/index.js'
import { checkShared, checkView } from './check-view.js'
import { blockLengthFor, countsFor, type Selection } from './compaction.js'
import type { AlgorithmOptions } from './options.js'
import { each, type Passes, type Place } from './passes.js'

/** A byte for each element: selected where it is not 0. */
export interface Mask<M = Uint8Array> {
  mask: M
}

export type SharedBytes = Uint8Array<SharedArrayBuffer> | ReadonlyView<Uint8Array<SharedArrayBuffer>>
export type AnyBytes = Uint8Array | SharedBytes

/** Which elements are meant: comparisons that all hold, a mask and nothing beside it, or a function of the element and its index. */
export type Where<E extends number | bigint, M = Uint8Array> =
  | (Comparison<E> & { readonly mask?: never })
  | (Mask<M> & { readonly [name in keyof Comparison]?: never })
  | ((x: E, i: number) => boolean)

/** Where workers find it: a kernel becomes a mask. */
export async function maskOn<V extends ViewLike>(
  calls: PoolCalls,
  xs: V,
  where: Where<Element<V>>,
  options: AlgorithmOptions,
): Promise<Comparison | Mask> {
  if (typeof where !== 'function') return where as Comparison | Mask
  const mask = allocate(Uint8Array, (xs as { length: number }).length)
  const { signal, timeoutMs, width } = options
  await calls.mark(xs, where, mask, {
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(width && { width }),
  })
  return { mask }
}

export function maskAlone(xs: TypedArray, where: Where<never>): Comparison | Mask {
  if (typeof where !== 'function') return where
  const mask = new Uint8Array(xs.length)
  for (let i = 0; i < xs.length; i++) mask[i] = where(xs[i] as never, i) ? 1 : 0
  return { mask }
}

/** @throws TypeError, RangeError for what is no condition, or no mask of this length */
export function* select(place: Place, xs: TypedArray, where: Comparison | Mask): Passes<Selection> {
  if (typeof where !== 'object' || where === null) throw expectedType('where', 'comparisons, { mask } or a kernel', where)
  const blockLength = blockLengthFor(xs.length)
  const counts = countsFor(place, xs.length, blockLength)
  const { mask: given } = where as { mask?: unknown }
  if (given !== undefined) {
    const other = namesIn(where).find((name) => name !== 'mask')
    if (other !== undefined)
      throw expectedType(`where.${other}`, 'nothing beside a mask (filter what a mask has left by comparisons)', where)
    if (!(given instanceof Uint8Array)) throw expectedType('where.mask', 'a Uint8Array', given)
    if (place.workers > 0) checkShared('where.mask', given)
    else checkView('where.mask', given)
    if (given.length !== xs.length) throw expectedRange('where.mask', `${xs.length} bytes, one for each element`, given.length)
    yield* each(given as TypedArray, countMaskStretch, [blockLength, counts], blockLength)
    return { mask: given, blockLength, counts }
  }
  const mask = place.scratch(new Uint8Array(), xs.length)
  const { least, most, except } = keysOf(xs, where as Comparison)
  yield* each(xs, selectStretch, [least, most, except, mask, blockLength, counts], blockLength)
  return { mask, blockLength, counts }
}

interface KeyInterval {
  readonly least: bigint
  readonly most: bigint
  readonly except: readonly [least: bigint, most: bigint] | undefined
}

/** What is compared with, in keys, of which −0 and 0 have one each. */
function keysOf(xs: TypedArray, where: Comparison): KeyInterval {
  const { interval, but } = intervalOf(xs, where)
  const except = but === undefined || Number.isNaN(but) ? undefined : ([keyOf(xs, but, -0), keyOf(xs, but, 0)] as const)
  if (interval === undefined) return { least: 0n, most: (1n << BigInt(8 * xs.BYTES_PER_ELEMENT)) - 1n, except }
  const [least, most] = interval
  if (least > most) return { least: 1n, most: 0n, except }
  return { least: keyOf(xs, least, -0), most: keyOf(xs, most, 0), except }
}
