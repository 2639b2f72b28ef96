import { type GroupColumns, type GroupResults, gatherStretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Aggregates as native code numbers them. */
export const codes = { sum: 0, min: 1, max: 2 } as const

/** Columns for so many groups; sums are doubles. */
export function resultsFor(make: Place['make'], { keys, values, aggregates }: GroupColumns, length: number): GroupResults {
  return {
    keys: keys.map((key) => make(key, length)),
    counts: make(new Float64Array(), length),
    values: values.map((value, i) => make(aggregates[i] === codes.sum ? new Float64Array() : value, length)),
  }
}

/** The groups at these places, in new columns. */
export function* gathered(place: Place, { keys, counts, values }: GroupResults, order: TypedArray): Passes<GroupResults> {
  const results: TypedArray[] = []
  for (const column of [counts, ...keys, ...values]) {
    const into = place.make(column, order.length)
    yield* each(order, gatherStretch, [column, into])
    results.push(into)
  }
  return { counts: results[0] as Float64Array, keys: results.slice(1, keys.length + 1), values: results.slice(keys.length + 1) }
}
