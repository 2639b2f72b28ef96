import { kernelGroup, kernelGroupParts, kernelMergeGroups, kernelSplitRows } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Reduction } from './reduction.js'
import type { Stretch } from './stretch.js'

/** What is grouped by what, and which aggregate of each value column is wanted: 0 the sum, 1 the minimum, 2 the maximum. */
export interface GroupColumns {
  readonly keys: readonly TypedArray[]
  readonly values: readonly TypedArray[]
  readonly aggregates: Uint8Array
}

/** The groups of some rows, as native code writes them. Empty columns stand for the types of the keys and values. */
export interface GroupTable {
  readonly types: GroupColumns
  /** Empty where there are too many. */
  readonly bytes: Uint8Array
}

/** A column for each of `GroupColumns`, and how many rows each group has. */
export interface GroupResults {
  readonly keys: readonly TypedArray[]
  readonly counts: Float64Array
  readonly values: readonly TypedArray[]
}

/** Tables that fit a core's cache: to combine larger ones takes longer than to split the rows beforehand. */
const MOST_BYTES = 1 << 20

/** Of the tables that are made here: to send it with each would take longer than some chunks. */
const flags = new WeakMap<GroupColumns, Int32Array>()

/** `tooMany` is not 0 as soon as a table turns out to be too large. Not given: any table is right. */
export function groupStretch({ start, end }: Stretch<TypedArray>, columns: GroupColumns, tooMany: Int32Array | undefined): GroupTable {
  const { keys, values, aggregates } = columns
  const types = { keys: keys.map(noneOf), values: values.map(noneOf), aggregates }
  if (tooMany !== undefined) flags.set(types, tooMany)
  const mostBytes = tooMany === undefined ? Number.MAX_SAFE_INTEGER : MOST_BYTES
  return tableOf(types, () => kernelGroup(keys, values, aggregates, start, end, mostBytes))
}

export function mergeGroups(a: GroupTable, b: GroupTable): GroupTable {
  if (a.bytes.length === 0) return a
  if (b.bytes.length === 0) return b
  const { keys, values, aggregates } = a.types
  return tableOf(a.types, () => kernelMergeGroups(keys, values, aggregates, a.bytes, b.bytes, MOST_BYTES))
}

/** What one has found out, nobody needs to find out once more. */
function tableOf(types: GroupColumns, make: () => Uint8Array): GroupTable {
  const tooMany = flags.get(types)
  const bytes = tooMany?.[0] ? new Uint8Array() : make()
  if (tooMany !== undefined && bytes.length === 0) tooMany[0] = 1
  return { types, bytes }
}

function noneOf(view: TypedArray): TypedArray {
  return new (view.constructor as new (length: number) => TypedArray)(0)
}

export function groupsOf(columns: GroupColumns, tooMany: Int32Array | undefined): Reduction<GroupTable, GroupTable> {
  return { kernel: groupStretch, combine: mergeGroups, args: [columns, tooMany], finish: (table) => table }
}

/** How rows are split into 2^`bits` parts: see `group_parts.h` of @shoal/native. */
export interface RowParts {
  readonly bits: number
  readonly chunk: number
  /** Where each part ends in each chunk. */
  readonly ends: Uint32Array
}

/** The stretch is a chunk of rows. Each column is copied, and each row's number goes to `rows`. */
export function splitRows(
  { start, end }: Stretch<TypedArray>,
  keys: readonly TypedArray[],
  columns: readonly TypedArray[],
  { bits, chunk, ends }: RowParts,
  rows: Float64Array | Uint32Array,
  copies: readonly TypedArray[],
): void {
  kernelSplitRows(keys, columns, start, end, bits, chunk, ends, rows, copies)
}

/** The stretch is one of parts, and the groups of each are written from its start on; `found` are their numbers. */
export function groupParts(
  { start, end }: { start: number; end: number },
  { keys, values, aggregates }: GroupColumns,
  { bits, chunk, ends }: RowParts,
  starts: Float64Array,
  found: Float64Array,
  to: GroupResults,
): void {
  kernelGroupParts(keys, values, aggregates, bits, chunk, ends, starts, start, end, found, to.counts, to.keys, to.values)
}

/** The stretch is one of parts: the places of all groups, one after the other, and the first row of each. */
export function placesOfParts(
  { start, end }: { start: number; end: number },
  starts: Float64Array,
  ranks: Float64Array,
  rows: TypedArray,
  toRows: TypedArray,
  toPlaces: Float64Array | Uint32Array,
): void {
  for (let part = start; part < end; part++) {
    const [from, at] = [starts[part]!, ranks[part]!]
    const count = ranks[part + 1]! - at
    toRows.set(rows.subarray(from, from + count) as never, at)
    for (let i = 0; i < count; i++) toPlaces[at + i] = from + i
  }
}

export { kernelReadGroups as readGroups } from '@shoal/native'
