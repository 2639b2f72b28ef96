import { expectedRange, expectedType } from '../errors/index.js'
import { type GroupColumns, type GroupTable, gatherStretch, groupsOf, readGroups } from '../kernels/index.js'
import type { TypedArray, ViewLike } from '../memory/index.js'
import { Pool } from '../pool/index.js'
import { argsortPasses } from './argsort.js'
import { checkShared, checkView, type Readable } from './check-view.js'
import type { AlgorithmOptions } from './options.js'
import { each, type Passes, type Place, passesAlone, passesOn, reduce } from './passes.js'
import { orTooLarge } from './too-large.js'

/** What is computed of a value column for each group. */
export type Aggregate = 'sum' | 'min' | 'max' | 'mean'
/** Aggregates by the names that their columns get: `{ n: 'count', total: [amount, 'sum'] }`. */
export type Aggregates<V = Readable> = Record<string, 'count' | readonly [V, Aggregate]>

/** The order of the groups. */
export interface GroupByOptions {
  /** Groups ascend by their keys, the first one first. Otherwise they come in the order in which each came up first. */
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
const codes = { sum: 0, min: 1, max: 2 } as const

/**
 * Groups rows by one to four key columns of any type, and aggregates value columns within each group. All columns are equally long. NaN
 * equals NaN as a key, and −0 equals 0. `min` and `max` are NaN when a value is. Sums of floats are added in a fixed grouping, so all results
 * are the same bits for any number of workers. Nothing is changed; results are new views.
 *
 * One hash table for each chunk, combined by neighbours: best for up to some 10,000 groups. Where there are more, rows that
 * are sorted by the key (`sortByKey`) are grouped faster. `encode` makes keys of strings.
 *
 * @throws RangeError for columns of different lengths, and for sums of integers that no double holds exactly
 * @throws ShoalError `SHOAL_REGION_TOO_LARGE` for a million groups or so with a pool: group without one, or sort rows by key (`sortByKey`) and
 *   group them in parts
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
  if (first instanceof Pool) return groupOn(first, second as readonly ViewLike[], third as Aggregates, fourth ?? {})
  const plan = planColumns(first, second as Aggregates, checkView)
  const { sorted = false } = (third ?? {}) as GroupByOptions
  return passesAlone((place) => groupPasses(place, plan, sorted))
}

async function groupOn(
  pool: Pool,
  keys: readonly ViewLike[],
  aggregates: Aggregates,
  options: AlgorithmOptions & GroupByOptions,
): Promise<unknown> {
  const plan = planColumns(keys, aggregates, checkShared as (name: string, view: unknown) => TypedArray)
  return orTooLarge(
    passesOn(pool, (place) => groupPasses(place, plan, options.sorted ?? false), options),
    'Expected fewer groups than a pool can bring together, which are a million or so: group without a pool, or sort rows by key and group them in parts',
  )
}

/** What is asked for, and the columns that it takes: `mean` is a sum over a count. */
interface GroupPlan {
  readonly columns: GroupColumns
  readonly wanted: readonly { readonly name: string; readonly aggregate: 'count' | Aggregate; readonly column: number }[]
}

function planColumns(keys: readonly unknown[], aggregates: Aggregates, check: (name: string, view: unknown) => TypedArray): GroupPlan {
  if (!Array.isArray(keys)) throw expectedType('keys', 'an array of views', keys)
  if (keys.length < 1 || keys.length > MOST_KEYS) throw expectedRange('keys', `one to ${MOST_KEYS} views`, keys.length)
  if (typeof aggregates !== 'object' || aggregates === null) throw expectedType('aggregates', 'an object of named aggregates', aggregates)
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
  const { columns, wanted } = plan
  const source = columns.keys[0]!
  const table = yield* reduce(source, groupsOf(columns), chunkLengthOf(source.length))
  let { length, keys, counts, values } = readTable(place, table, plan)
  if (sorted) {
    const order = yield* orderOf(place, keys, length)
    keys = yield* inOrder(place, keys, order)
    values = yield* inOrder(place, values, order)
    counts = (yield* inOrder(place, [counts], order))[0] as Float64Array
  }
  const result: Record<string, TypedArray> = {}
  for (const { name, aggregate, column } of wanted) {
    if (aggregate === 'count') result[name] = counts
    else if (aggregate === 'mean') result[name] = divide(place, values[column] as Float64Array, counts)
    else result[name] = values[column]!
  }
  return { length, keys, columns: result as never }
}

function chunkLengthOf(length: number): number {
  return Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, 2 ** Math.ceil(Math.log2(Math.max(1, length / CHUNKS)))))
}

interface Columns {
  length: number
  keys: TypedArray[]
  counts: Float64Array
  values: TypedArray[]
}

function readTable(place: Place, { bytes }: GroupTable, { columns, wanted }: GroupPlan): Columns {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const keys = columns.keys.map((key) => place.make(key, length))
  const counts = place.make(new Float64Array(), length)
  const values = columns.values.map((value, i) => place.make(columns.aggregates[i] === codes.sum ? new Float64Array() : value, length))
  const failed = readGroups(columns.keys, columns.values, columns.aggregates, bytes, counts, keys, values)
  if (failed >= 0) {
    const { name } = wanted.find(({ column }) => column === failed)!
    throw expectedRange(`aggregates.${name}`, 'integers whose sum is at most 2^53', 'larger ones')
  }
  return { length, keys, counts, values }
}

/** By the last key, then by the one before it, and so on: each sort is stable. */
function* orderOf(place: Place, keys: readonly TypedArray[], length: number): Passes<Uint32Array> {
  let order = Uint32Array.from({ length }, (_, i) => i)
  for (const key of [...keys].reverse()) {
    const inOrderSoFar = new (key.constructor as new (length: number) => TypedArray)(length)
    for (let i = 0; i < length; i++) inOrderSoFar[i] = key[order[i]!]!
    const next = yield* argsortPasses({ ...place, workers: 0 }, inOrderSoFar, new Uint32Array(length), false)
    order = next.map((i) => order[i]!)
  }
  return order
}

function* inOrder(place: Place, columns: readonly TypedArray[], order: Uint32Array): Passes<TypedArray[]> {
  const sorted: TypedArray[] = []
  for (const column of columns) {
    const into = place.make(column, order.length)
    yield* each(order as TypedArray, gatherStretch, [column, into], order.length)
    sorted.push(into)
  }
  return sorted
}

function divide(place: Place, sums: Float64Array, counts: Float64Array): Float64Array {
  const means = place.make(sums, sums.length)
  for (let i = 0; i < means.length; i++) means[i] = sums[i]! / counts[i]!
  return means
}
