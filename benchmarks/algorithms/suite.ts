import { compileC } from '../frame/compile-c.js'
import { root } from '../frame/paths.js'
import type { Comparison, Side, Suite } from '../frame/suite.js'
import { orderingComparisons } from './ordering-comparisons.js'
import { BUILT_IN, C, NUMPY, numpySide, program, SHOAL, shoalSides, targetsOf } from './sides.js'

/** What is measured, how often faster than which side it is to be, and whether JavaScript has something of its own for it. */
interface Measured {
  readonly operation: string
  readonly title: string
  readonly faster: Readonly<Record<string, number>>
  readonly builtIn?: boolean
}

const overMemory: readonly Measured[] = [
  { operation: 'sum', title: 'sum', faster: { [C]: 0.9, [NUMPY]: 3.5 }, builtIn: true },
  { operation: 'min', title: 'min', faster: { [C]: 0.9, [NUMPY]: 3.5 }, builtIn: true },
  { operation: 'max', title: 'max', faster: { [C]: 0.9, [NUMPY]: 3.5 } },
  { operation: 'dot', title: 'dot', faster: { [C]: 0.9, [NUMPY]: 3.5 } },
  { operation: 'scale', title: 'scale in place', faster: { [C]: 0.9 } },
  { operation: 'axpy', title: 'axpy', faster: { [C]: 0.9 } },
  { operation: 'scan', title: 'scan', faster: { [C]: 0.85, [NUMPY]: 6 } },
]

/** `work` is the median of several runs in a process that has touched all memory; for small inputs the mean of many calls. */
export const suite: Suite = {
  name: 'algorithms',
  options: {
    elements: 2 ** 25,
    side: 1500,
    calls: 200_000,
    ordered: 10_000_000,
    many: 100_000_000,
    rows: 50_000_000,
    users: 5_000_000,
    workers: 2,
  },
  async prepare({ elements = 0, side = 0, calls = 0, ordered = 0, many = 0, rows = 0, users = 0, workers = 0 }) {
    const [c, ordering] = await Promise.all(
      ['algorithms', 'ordering'].map((name) => compileC(new URL(`benchmarks/algorithms/${name}.c`, root))),
    )
    const sidesOf = ({ operation, builtIn }: Measured, count: number, fromC: boolean): Side[] => [
      ...shoalSides('shoal', operation, workers, count),
      ...(fromC ? [{ name: C, command: [c!, operation, `${workers}`, `${count}`] } as const] : []),
      numpySide('numpy_side', operation, workers, count),
      ...(builtIn ? [program(BUILT_IN, 'built-in', operation, count)] : []),
    ]
    const passes = overMemory.map(
      (measured): Comparison => ({
        name: `${measured.title}, ${elements} f64`,
        reference: C,
        sides: sidesOf(measured, elements, true),
        targets: targetsOf(measured.faster),
      }),
    )
    const product: Measured = { operation: 'matmul', title: 'matmul', faster: { [NUMPY]: 0.5 } }
    return [
      ...passes,
      {
        name: `matmul, f64, ${side} × ${side}`,
        reference: NUMPY,
        sides: sidesOf(product, side, false),
        targets: targetsOf(product.faster),
      },
      {
        name: 'sum of 1,000 f64',
        reference: BUILT_IN,
        sides: [program(SHOAL, 'shoal', 'threads', 'small', workers, calls), program(BUILT_IN, 'built-in', 'small', calls)],
        targets: [{ side: SHOAL, measure: 'work', atMost: 3e-6 }],
      },
      ...orderingComparisons(ordering!, { ordered, many, rows, users, workers }),
    ]
  },
}
