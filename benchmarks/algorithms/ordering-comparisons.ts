import type { Comparison } from '../frame/suite.js'
import { BUILT_IN, C, NUMPY, numpySide, program, shoalSides, targetsOf } from './sides.js'

const DUCKDB = 'DuckDB'

/** How often faster than the other sides each is to be. */
const sorts: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  f64: { [NUMPY]: 6, [BUILT_IN]: 8 },
  i32: { [NUMPY]: 1.3, [BUILT_IN]: 8 },
  u32: { [NUMPY]: 1.3, [BUILT_IN]: 8 },
}

export interface OrderingSizes {
  readonly ordered: number
  readonly many: number
  readonly rows: number
  readonly users: number
  readonly workers: number
}

/** Sorting, counting and grouping; `c` is the program that does some of it in C. */
export function orderingComparisons(c: string, { ordered, many, rows, users, workers }: OrderingSizes): Comparison[] {
  const inC = (operation: string, count: number) => ({ name: C, command: [c, operation, `${workers}`, `${count}`] }) as const
  const sorting = Object.entries(sorts).map(([type, faster]): Comparison => {
    const operation = `sort-${type}`
    const numpy = numpySide('ordering_side', operation, workers, ordered)
    return {
      name: `sort, ${ordered} random ${type}`,
      reference: BUILT_IN,
      sides: [...shoalSides('ordering', operation, workers, ordered), numpy, program(BUILT_IN, 'built-in', operation, ordered)],
      targets: targetsOf(faster),
    }
  })
  const counting = ['histogram', 'bincount'].map(
    (operation): Comparison => ({
      name: `${operation}, ${ordered} ${operation === 'histogram' ? 'f64 in 100 bins' : 'i32 below 1,000'}`,
      reference: C,
      sides: [
        ...shoalSides('ordering', operation, workers, ordered),
        inC(operation, ordered),
        numpySide('ordering_side', operation, workers, ordered),
      ],
      targets: targetsOf({ [C]: 0.9, [NUMPY]: 4 }),
    }),
  )
  return [
    ...sorting,
    {
      name: `sort, ${many} random u32`,
      reference: C,
      sides: [...shoalSides('ordering', 'sort-u32', workers, many), inC('sort', many)],
      targets: targetsOf({ [C]: 1 / 1.3 }),
    },
    ...counting,
    {
      name: `groupBy, ${rows} rows, 1,000 keys, sum, min and max`,
      reference: DUCKDB,
      sides: [...shoalSides('ordering', 'group', workers, rows), program(DUCKDB, 'duckdb', workers, rows, 1000)],
      targets: targetsOf({ [DUCKDB]: 2 }),
    },
    {
      name: `groupBy, ${4 * users} rows, ${users} keys, sum, min and max`,
      reference: DUCKDB,
      sides: [...shoalSides('ordering', 'group-many', workers, 4 * users), program(DUCKDB, 'duckdb', workers, 4 * users, users)],
      targets: targetsOf({ [DUCKDB]: 2 }),
    },
  ]
}
