import { kernelGroup, kernelMergeGroups } from '@shoal/native'
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
  readonly bytes: Uint8Array
}

export function groupStretch({ start, end }: Stretch<TypedArray>, columns: GroupColumns): GroupTable {
  const { keys, values, aggregates } = columns
  const types = { keys: keys.map(noneOf), values: values.map(noneOf), aggregates }
  return { types, bytes: kernelGroup(keys, values, aggregates, start, end) }
}

export function mergeGroups(a: GroupTable, b: GroupTable): GroupTable {
  const { keys, values, aggregates } = a.types
  return { types: a.types, bytes: kernelMergeGroups(keys, values, aggregates, a.bytes, b.bytes) }
}

function noneOf(view: TypedArray): TypedArray {
  return new (view.constructor as new (length: number) => TypedArray)(0)
}

export function groupsOf(columns: GroupColumns): Reduction<GroupTable, GroupTable> {
  return { kernel: groupStretch, combine: mergeGroups, args: [columns], finish: (table) => table }
}

export { kernelReadGroups as readGroups } from '@shoal/native'
