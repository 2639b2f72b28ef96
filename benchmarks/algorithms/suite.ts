import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileC } from '../frame/compile-c.js'
import { root } from '../frame/paths.js'
import type { Comparison, Side, Suite, Target } from '../frame/suite.js'

const SHOAL = 'Shoal, threads'
const PROCESSES = 'Shoal, processes'
const C = 'C/OpenMP'
const NUMPY = 'numpy'
const BUILT_IN = 'JavaScript'

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

/** `work` is the median of several runs in a process that has touched all memory; for small inputs seconds per million calls. */
export const suite: Suite = {
  name: 'algorithms',
  options: { elements: 2 ** 25, side: 1500, calls: 200_000, workers: 2 },
  async prepare({ elements = 0, side = 0, calls = 0, workers = 0 }) {
    const c = await compileC(new URL('benchmarks/algorithms/algorithms.c', root))
    const sidesOf = ({ operation, builtIn }: Measured, count: number, fromC: boolean): Side[] => [
      shoal('threads', operation, workers, count),
      shoal('processes', operation, workers, count),
      ...(fromC ? [{ name: C, command: [c, operation, `${workers}`, `${count}`] } as const] : []),
      ...(hasNumpy() ? [numpy(operation, workers, count)] : []),
      ...(builtIn ? [program(BUILT_IN, 'built-in', operation, count)] : []),
    ]
    const passes = overMemory.map(
      (measured): Comparison => ({
        name: `${measured.title}, ${elements} f64`,
        reference: C,
        sides: sidesOf(measured, elements, true),
        targets: targetsOf(measured),
      }),
    )
    const product: Measured = { operation: 'matmul', title: 'matmul', faster: hasNumpy() ? { [NUMPY]: 0.5 } : {} }
    return [
      ...passes,
      {
        name: `matmul, f64, ${side} × ${side}`,
        reference: hasNumpy() ? NUMPY : SHOAL,
        sides: sidesOf(product, side, false),
        targets: targetsOf(product),
      },
      {
        name: 'sum of 1,000 f64, microseconds a call',
        reference: BUILT_IN,
        sides: [shoal('threads', 'small', workers, calls), program(BUILT_IN, 'built-in', 'small', calls)],
        targets: [{ side: SHOAL, measure: 'work', atMost: 3 }],
      },
    ]
  },
}

function shoal(backend: string, operation: string, workers: number, count: number): Side {
  return program(`Shoal, ${backend}`, 'shoal', backend, operation, workers, count)
}

function program(name: string, file: string, ...args: (string | number)[]): Side {
  return { name, command: [process.execPath, fileURLToPath(new URL(`${file}.js`, import.meta.url)), ...args.map(String)] }
}

function numpy(operation: string, workers: number, count: number): Side {
  const path = fileURLToPath(new URL('benchmarks/algorithms/numpy_side.py', root))
  return { name: NUMPY, command: ['env', `OPENBLAS_NUM_THREADS=${workers}`, 'python3', path, operation, `${count}`] }
}

/** Those of sides that take part. */
function targetsOf({ faster }: Measured): Target[] {
  const references = Object.entries(faster).filter(([reference]) => reference !== NUMPY || hasNumpy())
  return references.flatMap(([reference, times]) =>
    [SHOAL, PROCESSES].map((side) => ({ side, reference, measure: 'work', atMost: 1 / times })),
  )
}

let numpyIsThere: boolean | undefined

function hasNumpy(): boolean {
  numpyIsThere ??= spawnSync('python3', ['-c', 'import numpy']).status === 0
  return numpyIsThere
}
