import { checkBoolean, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { elementTypeOf } from '../kernels/index.js'
import type { TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { type Passes, type Place, passesAlone, passesOn } from './passes.js'
import { selectRanks } from './select-ranks.js'

/** What a quantile between two elements is, and whether they are sorted. */
export interface QuantileOptions {
  /** Between two elements: `linear`, the default, by how near each is; `lower` and `higher` take one of them. */
  method?: 'linear' | 'lower' | 'higher'
  /** True when `xs` is in the order of `sort`: then only the elements that matter are read. */
  sorted?: boolean
}

/**
 * The value below which the fraction `q` of the elements lies, as numpy computes it: 0 the minimum, 0.5 the median, 1 the maximum. NaN when
 * an element is. Between a number and an infinity it is that infinity, between the two infinities NaN. `xs` is not changed. BigInts count as the nearest double. However many fractions there are it takes about four passes, and
 * scratch memory for two copies of the elements nearest to them: seldom much, at worst of all.
 *
 * @throws RangeError for an empty view, and for fractions outside 0 … 1
 * @example const [q1, median, q3] = await quantile(pool, xs, [0.25, 0.5, 0.75])
 */
export function quantile(pool: Pool, xs: ViewLike, q: number, options?: AlgorithmOptions & QuantileOptions): Promise<number>
export function quantile(pool: Pool, xs: ViewLike, q: readonly number[], options?: AlgorithmOptions & QuantileOptions): Promise<number[]>
export function quantile(xs: Readable, q: number, options?: QuantileOptions): number
export function quantile(xs: Readable, q: readonly number[], options?: QuantileOptions): number[]
export function quantile(first: Pool | Readable, second: unknown, third?: unknown, fourth?: AlgorithmOptions & QuantileOptions): unknown {
  if (first instanceof Pool) return quantileOn(first, second as ViewLike, third as number, fourth)
  const view = checkView('xs', first)
  const q = second as number | readonly number[]
  const found = passesAlone((place) => quantilePasses(place, view, fractions(q), givenOptions<QuantileOptions>(third)))
  return typeof q === 'number' ? found[0] : found
}

async function quantileOn(
  pool: Pool,
  xs: ViewLike,
  q: number | readonly number[],
  options: AlgorithmOptions & QuantileOptions = {},
): Promise<unknown> {
  requireOptions(options)
  const view = checkShared('xs', xs)
  const wanted = fractions(q)
  const found = await passesOn(pool, (place) => quantilePasses(place, view, wanted, options), options)
  return typeof q === 'number' ? found[0] : found
}

function fractions(q: number | readonly number[]): readonly number[] {
  const all = typeof q === 'number' ? [q] : q
  if (!Array.isArray(all)) throw expectedType('q', 'a number or an array of numbers', q)
  for (const one of all) {
    if (typeof one !== 'number') throw expectedType('q', 'a number or an array of numbers', one)
    if (!(one >= 0 && one <= 1)) throw expectedRange('q', 'a number from 0 to 1', one)
  }
  return all
}

function* quantilePasses(
  place: Place,
  xs: TypedArray,
  wanted: readonly number[],
  { method = 'linear', sorted = false }: QuantileOptions,
): Passes<number[]> {
  const { length } = xs
  if (method !== 'linear' && method !== 'lower' && method !== 'higher')
    throw expectedType('method', "'linear', 'lower' or 'higher'", method)
  checkBoolean('sorted', sorted)
  if (length === 0) throw expectedRange('xs', 'at least one element', 0)
  const positions = wanted.map((q) => q * (length - 1))
  // NaN comes last: where there is one, the last element is one.
  const last = elementTypeOf(xs)!.kind === 'float' ? [length - 1] : []
  const ranks = [...new Set([...positions.flatMap((position) => [Math.floor(position), Math.ceil(position)]), ...last])].sort(
    (a, b) => a - b,
  )
  const elements = sorted ? ranks.map((rank) => xs[rank]!) : yield* selectRanks(place, xs, ranks)
  const at = new Map(ranks.map((rank, i) => [rank, Number(elements[i])]))
  if (last.length > 0 && Number.isNaN(at.get(length - 1))) return wanted.map(() => Number.NaN)
  return positions.map((position) => {
    const [low, high] = [at.get(Math.floor(position))!, at.get(Math.ceil(position))!]
    if (method === 'lower') return low
    if (method === 'higher') return high
    return between(low, high, position - Math.floor(position))
  })
}

/** As numpy does it: from the nearer end, so that it is monotonic and exact at both. Where that would overflow, from both. */
function between(low: number, high: number, part: number): number {
  if (low === high || part === 0) return low
  if (!Number.isFinite(high - low)) return low * (1 - part) + high * part
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
}
