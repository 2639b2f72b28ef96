import { checkBoolean, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { type GroupColumns, type GroupResults, gatherStretch, groupsOf, readGroups } from '../kernels/index.js'
import type { TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { argsortPasses } from './argsort.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import { codes, gathered, resultsFor } from './group-columns.js'
import { groupInParts } from './group-parts.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { each, type Passes, type Place, passesAlone, passesOn, reduce } from './passes.js'

/** What is computed of a value column for each group. */
export type Aggregate = 'sum' | 'min' | 'max' | 'mean'
/** Aggregates by the names that their columns get: `{ n: 'count', total: [amount, 'sum'] }`. */
export type Aggregates<V = Readable> = Record<string, 'count' | readonly [V, Aggregate]>

/** The order of the groups. */
export interface GroupByOptions {
  /** Groups ascend by their keys, the first one first. Otherwise they come in the order of the first row of each. */
  sorted?: boolean
}

/** `min` and `max` are of the type of their column; the others are doubles. */
export interface Grouped<K extends readonly unknown[], G> {
  /** How many groups there are. */
  length: number
  /** One view for each key column. */
  keys: { -readonly [I in keyof K]: K[I] }
  columns: { [N in keyof G]: G[N] extends readonly [infer V, 'min' | 'max'] ? V : Float64Array<SharedArrayBuffer> }
}

const MOST_KEYS = 4
const MOST_COLUMNS = 64
const LEAST_CHUNK = 1 << 16
const MOST_CHUNK = 1 << 20
const CHUNKS = 128

/**
 * Groups rows by one to four key columns of any type, and aggregates value columns within each group. All columns are equally long. NaN
 * equals NaN as a key, and −0 equals 0. Groups come in the order of the first row of each, or ascend by their keys (`sorted`). `min` and `max`
 * are NaN when a value is. Sums of floats are added in a grouping that rows and keys alone decide, so all results are the same bits for any
 * number of workers, and without a pool. Nothing is changed; results are new views.
 *
 * There may be as many groups as rows. While they are few (up to some 20,000), each chunk has a table of 1 MiB at most, and tables are combined
 * by neighbours. Where there are more, rows are split by their keys first. That takes memory for a copy of each column and 4 bytes a row
 * (8 beyond 2^32 rows), for twice the groups with their results, and 20 bytes a group; limits of memory must leave room for as many groups as
 * rows, though no more is used than there are. `encode` makes keys of strings.
 *
 * @throws RangeError for columns of different lengths, and for sums of integers that no double holds exactly
 * @example
 * const { keys: [year], columns } = await groupBy(pool, [years], { n: 'count', total: [amounts, 'sum'] })
 */
export function groupBy<K extends readonly ViewLike[], G extends Aggregates<ViewLike>>(
  pool: Pool,
  keys: readonly [...K],
  aggregates: G,
  options?: AlgorithmOptions & GroupByOptions,
): Promise<Grouped<K, G>>
export function groupBy<K extends readonly Readable[], G extends Aggregates>(
  keys: readonly [...K],
  aggregates: G,
  options?: GroupByOptions,
): Grouped<K, G>
export function groupBy(
  first: Pool | readonly Readable[],
  second: unknown,
  third?: unknown,
  fourth?: AlgorithmOptions & GroupByOptions,
): unknown {
  if (first instanceof Pool) return groupOn(first, second as readonly ViewLike[], third as Aggregates, fourth)
  const plan = planColumns(first, second as Aggregates, checkView)
  const sorted = checkSorted(givenOptions<GroupByOptions>(third))
  return passesAlone((place) => groupPasses(place, plan, sorted))
}

async function groupOn(
  pool: Pool,
  keys: readonly ViewLike[],
  aggregates: Aggregates,
  options: AlgorithmOptions & GroupByOptions = {},
): Promise<unknown> {
  requireOptions(options)
  const plan = planColumns(keys, aggregates, checkShared as (name: string, view: unknown) => TypedArray)
  return passesOn(pool, (place) => groupPasses(place, plan, checkSorted(options)), options)
}

function checkSorted({ sorted = false }: GroupByOptions): boolean {
  checkBoolean('sorted', sorted)
  return sorted
}

/** What is asked for, and the columns that it takes: `mean` is a sum over a count. */
interface GroupPlan {
  readonly columns: GroupColumns
  readonly wanted: readonly { readonly name: string; readonly aggregate: 'count' | Aggregate; readonly column: number }[]
}

function planColumns(keys: readonly unknown[], aggregates: Aggregates, check: (name: string, view: unknown) => TypedArray): GroupPlan {
  if (!Array.isArray(keys)) throw expectedType('keys', 'an array of views', keys)
  if (keys.length < 1 || keys.length > MOST_KEYS) throw expectedRange('keys', `one to ${MOST_KEYS} views`, keys.length)
  requireOptions(aggregates, 'aggregates', 'an object of named aggregates')
  const keyViews = keys.map((view, i) => check(`keys[${i}]`, view))
  const { length } = keyViews[0]!
  const checkLength = (name: string, view: TypedArray): TypedArray => {
    if (view.length !== length) throw expectedRange(name, `a view of ${length} elements, as many as keys[0]`, view.length)
    return view
  }
  keyViews.forEach((view, i) => {
    checkLength(`keys[${i}]`, view)
  })
  const values: TypedArray[] = []
  const codesOf: number[] = []
  const wanted = Object.entries(aggregates).map(([name, asked]) => {
    if (asked === 'count') return { name, aggregate: asked, column: -1 }
    const isPair = Array.isArray(asked) && asked.length === 2 && ['sum', 'min', 'max', 'mean'].includes(asked[1])
    if (!isPair) throw expectedType(`aggregates.${name}`, "'count', or [view, 'sum' | 'min' | 'max' | 'mean']", asked)
    const [view, aggregate] = asked
    values.push(checkLength(`aggregates.${name}`, check(`aggregates.${name}`, view)))
    codesOf.push(aggregate === 'mean' ? codes.sum : codes[aggregate as 'sum'])
    return { name, aggregate: aggregate as Aggregate, column: values.length - 1 }
  })
  if (values.length > MOST_COLUMNS) throw expectedRange('aggregates', `at most ${MOST_COLUMNS} of columns`, values.length)
  return { columns: { keys: keyViews, values, aggregates: Uint8Array.from(codesOf) }, wanted }
}

function* groupPasses(place: Place, plan: GroupPlan, sorted: boolean): Passes<Grouped<readonly TypedArray[], Record<string, unknown>>> {
  const groups = yield* groupsOfRows(place, plan.columns)
  if (typeof groups === 'number') {
    const { name } = plan.wanted.find(({ column }) => column === groups)!
    throw expectedRange(`aggregates.${name}`, 'integers whose sum is at most 2^53', 'larger ones')
  }
  const { keys, counts, values } = sorted ? yield* gathered(place, groups, yield* orderOf(place, groups.keys)) : groups
  const results = plan.wanted.map(({ name, aggregate, column }) => {
    if (aggregate === 'count') return [name, counts]
    return [name, aggregate === 'mean' ? divide(place, values[column] as Float64Array, counts) : values[column]!]
  })
  // By definition, not by assignment: a name may be `__proto__`.
  return { length: counts.length, keys: keys as TypedArray[], columns: Object.fromEntries(results) as never }
}

/** By a table of each chunk, while those are small; of one chunk there is nothing to combine. A number as in `groupInParts`. */
function* groupsOfRows(place: Place, columns: GroupColumns): Passes<GroupResults | number> {
  const [source] = columns.keys as [TypedArray]
  const chunkLength = chunkLengthOf(source.length)
  const tooMany = source.length > chunkLength ? place.scratch(new Int32Array(), 1).fill(0) : undefined
  const { bytes } = yield* reduce(source, groupsOf(columns, tooMany), chunkLength)
  if (bytes.length === 0) return yield* groupInParts(place, columns)
  const { keys, values, aggregates } = columns
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const results = resultsFor(place.make, columns, length)
  const failed = readGroups(keys, values, aggregates, bytes, results.counts, results.keys, results.values)
  return failed < 0 ? results : failed
}

function chunkLengthOf(length: number): number {
  return Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, 2 ** Math.ceil(Math.log2(Math.max(1, length / CHUNKS)))))
}

/** By the last key, then by the one before it, and so on: each sort is stable. */
function* orderOf(place: Place, keys: readonly TypedArray[]): Passes<Uint32Array> {
  let order: Uint32Array | undefined
  for (const key of [...keys].reverse()) {
    const before = order
    const moved = before === undefined ? key : yield* inOrder(place, key, before)
    order = yield* argsortPasses(place, moved, place.scratch(new Uint32Array(), key.length), false)
    if (before !== undefined) order = yield* inOrder(place, before, order)
  }
  return order!
}

function* inOrder<V extends TypedArray>(place: Place, column: V, order: Uint32Array): Passes<V> {
  const into = place.scratch(column, order.length)
  yield* each(order as TypedArray, gatherStretch, [column, into])
  return into
}

function divide(place: Place, sums: Float64Array, counts: Float64Array): Float64Array {
  const means = place.make(sums, sums.length)
  for (let i = 0; i < means.length; i++) means[i] = sums[i]! / counts[i]!
  return means
}
