import { type GroupColumns, type GroupResults, groupParts, placesOfParts, splitRows } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { codes, gathered, resultsFor } from './group-columns.js'
import { each, type Passes, type Place } from './passes.js'
import { radixSort } from './radix-sort.js'

/** Rows that are split at a time: their places and a column of them stay in a core's cache. */
const CHUNK = 1 << 18
/** For each worker. */
const LEAST_CHUNKS = 4
/** Rows of a part on average: a table of as many groups fits the cache. */
const PART_ROWS = 1 << 15
const MOST_BITS = 11
/** Parts that a worker gets at a time: few enough to be worth asking for, and many enough to be spread. */
const STRETCHES_EACH = 32

/**
 * Groups rows where there are too many groups for one table in the cache: rows are copied into parts by a hash of the key, each part is grouped
 * by itself, and the groups are put into the order in which each came up first. See `group_parts.h` of @shoal/native. Sums are added row by row.
 * A number is the index of a sum that no number holds.
 *
 * Takes scratch memory for the columns, once each, and a number a row; for as many groups as there are rows, of which only as many are touched as
 * there are; and for four numbers a group. In each worker there is a table of one part.
 */
export function* groupInParts(place: Place, { keys, values, aggregates }: GroupColumns): Passes<GroupResults | number> {
  const { length } = keys[0]!
  const bits = Math.min(MOST_BITS, Math.max(1, Math.ceil(Math.log2(length / PART_ROWS))))
  const parts = 2 ** bits
  const chunk = Math.min(CHUNK, Math.ceil(length / Math.max(1, place.workers * LEAST_CHUNKS)))
  const ends = place.scratch(new Uint32Array(), parts * Math.ceil(length / chunk))
  const split = { bits, chunk, ends }
  const numbers = length > 2 ** 32 ? new Float64Array() : new Uint32Array()
  const rows = place.scratch(numbers, length)
  const columns = [...new Set([...keys, ...values])]
  const copies = columns.map((column) => place.scratch(column, length))
  yield* each(keys[0]!, splitRows, [keys, columns, split, rows, copies], chunk)

  const copyOf = (column: TypedArray): TypedArray => copies[columns.indexOf(column)]!
  // The least of its row numbers is where a group came up first.
  const copied = {
    keys: keys.map(copyOf),
    values: [...values.map(copyOf), rows],
    aggregates: Uint8Array.from([...aggregates, codes.min]),
  }
  const starts = place.scratch(new Float64Array(), parts + 1)
  startsOf(ends, starts)
  const found = place.scratch(new Float64Array(), parts)
  const groups = resultsFor(place.scratch, copied, length)
  const partsEach = Math.max(1, Math.floor(parts / (place.workers * STRETCHES_EACH || 1)))
  yield* each(parts, groupParts, [copied, split, starts, found, groups], partsEach)
  const failed = failedOf(found)
  if (failed !== undefined) return failed

  const ranks = place.scratch(starts, parts + 1)
  ranks[0] = 0
  for (let part = 0; part < parts; part++) ranks[part + 1] = ranks[part]! + found[part]!
  const count = ranks[parts]!
  const firsts = place.scratch(numbers, count)
  const order = place.scratch(numbers, count)
  yield* each(parts, placesOfParts, [starts, ranks, groups.values.at(-1)!, firsts, order], partsEach)
  yield* radixSort(place, { keys: firsts, payload: order, toPayload: order }, false)
  return yield* gathered(place, { ...groups, values: groups.values.slice(0, -1) }, order)
}

/** Where each part's rows would begin if they lay one after the other. */
function startsOf(ends: Uint32Array, starts: Float64Array): void {
  const parts = starts.length - 1
  starts.fill(0)
  for (let chunk = 0; chunk < ends.length; chunk += parts) {
    let start = 0
    for (let part = 0; part < parts; part++) {
      starts[part + 1]! += ends[chunk + part]! - start
      start = ends[chunk + part]!
    }
  }
  for (let part = 0; part < parts; part++) starts[part + 1]! += starts[part]!
}

/** The first column with a sum that no number holds. */
function failedOf(found: Float64Array): number | undefined {
  const failed = found.reduce((least, count) => (count < 0 ? Math.min(least, -1 - count) : least), Infinity)
  return failed === Infinity ? undefined : failed
}
