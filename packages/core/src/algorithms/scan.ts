import { checkBoolean, expectedType, ShoalError } from '../errors/index.js'
import {
  chunkLengthOf,
  elementTypeOf,
  SCAN_LINK_WORDS,
  type Scanning,
  scannedFor,
  scanOp,
  scanStretch,
  totalOfStretch,
  typeNameOf,
} from '../kernels/index.js'
import type { Shared, SharedView, TypedArray, Unshared, ViewLike } from '../memory/index.js'
import type { Pool, ReduceOp } from '../pool/index.js'
import { checkFor, type Readable } from './check-view.js'
import { type IntoOptions, isSame, type Like, type NewOptions, newOf, targetOf } from './into.js'
import { givenOptions, type InPlaceOptions, retryInPlace } from './options.js'
import { eachOn, withPool } from './run.js'
import { sharingTime } from './sharing-time.js'

interface Scanned {
  /** How elements combine: `sum` (the default), `product`, `min`, `max`; integers also `and`, `or`, `xor`. */
  op?: ReduceOp
  /** Element i gets what lies before it, without element i; the first one the identity: 0, 1, the infinities or the ends of the type, all bits. */
  exclusive?: boolean
}

/** How `scan` combines elements, and where the results go. */
export interface ScanOptions<V extends TypedArray = SharedView> extends Scanned, IntoOptions<V> {}

/**
 * Prefixes: element i of the result combines elements 0 … i, into `into` or a new view. In place is `{ into: xs }`.
 *
 * One pass over fixed chunks, after Merrill and Garland ("Single-pass parallel prefix scan with decoupled look-back", 2016); two in place with
 * `retry: 'preimage'`. The same bits for any number of workers. Floats are combined as doubles and rounded once when they are stored; sums
 * of what is not negative never decrease. Integers wrap around (those of a Uint8ClampedArray saturate): `convert` them first where that is not
 * wanted. NaN, −0: as `Math.min` and `Math.max` have it.
 *
 * @throws TypeError for bitwise operations on floats
 * @example const cumulative = await scan(pool, weights)
 */
export function scan<V extends SharedView>(pool: Pool, xs: V, options?: ScanOptions<V>): Promise<V>
export function scan<D extends SharedView>(pool: Pool, xs: Like<D>, options: ScanOptions<D> & { into: D }): Promise<D>
export function scan<V extends ViewLike>(pool: Pool, xs: V, options?: Scanned & NewOptions): Promise<Shared<V>>
export function scan<D extends TypedArray>(xs: Like<D, Readable>, options: Scanned & { into: D }): D
export function scan<V extends Readable>(xs: V, options?: Scanned & NewOptions): Unshared<V>
export function scan(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  if (pool !== undefined) return scanOn(pool, xs, options)
  const { view, scanning, links, into } = checkScan(pool, xs, givenOptions<ScanOptions>(options))
  for (let start = 0; start < view.length; start += scanning.chunkLength) {
    scanStretch({ source: view, start, end: Math.min(view.length, start + scanning.chunkLength) }, links, scanning, into)
  }
  return into
}

async function scanOn(pool: Pool, xs: unknown, given: unknown): Promise<TypedArray> {
  const options = givenOptions<ScanOptions>(given)
  const { view, scanning, links, into } = checkScan(pool, xs, options)
  const source = view as SharedView
  const asked = retryInPlace(options)
  const inPlace = isSame(into, view)
  const retry = inPlace ? asked : 'idempotent'
  await sharingTime(pool, options as InPlaceOptions, async (next, calls) => {
    if (retry === 'preimage') {
      // The copy is of the chunk that a worker is given, which so has to be the one that it scans.
      const { onProgress: _, ...quiet } = next()
      await eachOn(pool, source, totalOfStretch, [links, scanning], quiet, 'idempotent', calls)
      await eachOn(pool, source, scanStretch, [links, scanning, undefined], next(), retry, calls)
      return
    }
    const together = { ...scanning, abreast: Math.min(pool.size, options.width ?? pool.size) }
    const pass = eachOn(pool, source, scanStretch, [links, together, inPlace ? undefined : into], next(), retry, calls)
    await pass.catch((error) => {
      throw naming(view.length, together, error)
    })
  })
  return into
}

/** What names the chunk that a worker was given names the one that it scanned instead. */
function naming(length: number, scanning: Scanning, error: unknown): unknown {
  if (!(error instanceof ShoalError) || error.range === undefined) return error
  const { code, message, cause, rank, range: given } = error
  const start = scannedFor(length, given.start, scanning) * scanning.chunkLength
  const range = { start, end: Math.min(length, start + scanning.chunkLength) }
  const text = message.replace(`[${given.start}, ${given.end})`, `[${range.start}, ${range.end})`)
  return new ShoalError(code, text, { cause, range, ...(rank !== undefined && { rank }) })
}

function checkScan(pool: Pool | undefined, xs: unknown, { op = 'sum', exclusive = false, into }: ScanOptions) {
  const view = checkFor(pool, 'xs', xs)
  const isFloat = elementTypeOf(view)!.kind === 'float'
  const isBitwise = op === 'and' || op === 'or' || op === 'xor'
  const number = scanOp(op)
  if (number === -1) throw expectedType('op', "'sum', 'product', 'min', 'max', 'and', 'or' or 'xor'", op)
  if (isFloat && isBitwise) throw expectedType('op', `'sum', 'product', 'min' or 'max' for a ${typeNameOf(view)}`, op)
  checkBoolean('exclusive', exclusive)
  const chunkLength = chunkLengthOf(view)
  const scanning: Scanning = { op: number, exclusive, chunkLength, abreast: 1 }
  const chunks = Math.ceil(view.length / chunkLength)
  // Shared memory only where workers meet in it.
  const links = newOf('BigUint64Array', pool !== undefined && chunks > 1, chunks * SCAN_LINK_WORDS) as BigUint64Array
  return { view, scanning, links, into: targetOf(view, into, pool !== undefined) }
}
