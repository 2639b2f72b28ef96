import { expectedType } from '../errors/index.js'
import {
  carriesOf,
  chunkLengthOf,
  elementTypeOf,
  type Scanning,
  scanOp,
  scanStretch,
  totalOfStretch,
  typeNameOf,
} from '../kernels/index.js'
import type { SharedView, TypedArray } from '../memory/index.js'
import type { Pool, ReduceOp } from '../pool/index.js'
import { checkFor } from './check-view.js'
import { type IntoOptions, isSame, type Like, newOf, targetOf } from './into.js'
import { type InPlaceOptions, retryInPlace } from './options.js'
import { eachOn, withPool } from './run.js'
import { sharingTime } from './sharing-time.js'

export interface ScanOptions<V extends TypedArray = SharedView> extends IntoOptions<V> {
  /** How elements combine: `sum` (the default), `product`, `min`, `max`; integers also `and`, `or`, `xor`. */
  op?: ReduceOp
  /** Element i gets what lies before it, without element i; the first one the identity: 0, 1, the infinities or the ends of the type, all bits. */
  exclusive?: boolean
}

/**
 * Prefixes: element i of the result combines elements 0 … i, into `into` or a new view. In place is `{ into: xs }`.
 *
 * Two passes over fixed chunks, after Blelloch ("Prefix sums and their applications", 1990): the same bits for any number of workers. Floats are
 * combined as doubles and rounded once when they are stored; sums of what is not negative never decrease. Integers wrap around (those of
 * a Uint8ClampedArray saturate): `convert` them first where that is not wanted. NaN, −0: as `Math.min` and `Math.max` have it.
 *
 * @throws TypeError for bitwise operations on floats
 * @example const cumulative = await scan(pool, weights)
 */
export function scan<V extends SharedView>(pool: Pool, xs: V, options?: ScanOptions<V>): Promise<V>
export function scan<D extends SharedView>(pool: Pool, xs: Like<D>, options: ScanOptions<D> & { into: D }): Promise<D>
export function scan<V extends TypedArray>(xs: V, options?: Pick<ScanOptions<V>, 'op' | 'exclusive' | 'into'>): V
export function scan(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  if (pool !== undefined) return scanOn(pool, xs, (options ?? {}) as ScanOptions)
  const { view, scanning, totals, into } = checkScan(pool, xs, (options ?? {}) as ScanOptions)
  for (let start = 0; start < view.length; start += scanning.chunkLength) {
    totalOfStretch({ source: view, start, end: Math.min(view.length, start + scanning.chunkLength) }, totals, scanning)
  }
  carriesOf(view, totals, scanning)
  for (let start = 0; start < view.length; start += scanning.chunkLength) {
    scanStretch({ source: view, start, end: Math.min(view.length, start + scanning.chunkLength) }, totals, scanning, into)
  }
  return into
}

async function scanOn(pool: Pool, xs: unknown, options: ScanOptions): Promise<TypedArray> {
  const { view, scanning, totals, into } = checkScan(pool, xs, options)
  const source = view as SharedView
  const inPlace = isSame(into, view)
  const retry = retryInPlace(options)
  await sharingTime(pool, options as InPlaceOptions, async (next) => {
    // A single chunk has nothing before it.
    if (totals.length > 1) {
      const { onProgress: _, ...quiet } = next()
      await eachOn(pool, source, totalOfStretch, [totals, scanning], quiet, 'idempotent')
    }
    carriesOf(view, totals, scanning)
    await eachOn(pool, source, scanStretch, [totals, scanning, inPlace ? undefined : into], next(), inPlace ? retry : 'idempotent')
  })
  return into
}

function checkScan(pool: Pool | undefined, xs: unknown, { op = 'sum', exclusive = false, into }: ScanOptions) {
  const view = checkFor(pool, 'xs', xs)
  const isFloat = elementTypeOf(view)!.kind === 'float'
  const isBitwise = op === 'and' || op === 'or' || op === 'xor'
  const number = scanOp(op)
  if (number === -1) throw expectedType('op', "'sum', 'product', 'min', 'max', 'and', 'or' or 'xor'", op)
  if (isFloat && isBitwise) throw expectedType('op', `'sum', 'product', 'min' or 'max' for a ${typeNameOf(view)}`, op)
  if (typeof exclusive !== 'boolean') throw expectedType('exclusive', 'true or false', exclusive)
  const chunkLength = chunkLengthOf(view)
  const scanning: Scanning = { op: number, exclusive, chunkLength }
  const chunks = Math.max(1, Math.ceil(view.length / chunkLength))
  // Shared memory only where workers meet in it.
  const totals = newOf(isFloat ? 'Float64Array' : typeNameOf(view), pool !== undefined && chunks > 1, chunks)
  return { view, scanning, totals, into: targetOf(view, into, pool !== undefined) }
}
