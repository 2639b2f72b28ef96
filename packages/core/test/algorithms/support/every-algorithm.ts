import { type Pool, type SharedView, share, type TypedArray } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { isBigInt, isFloat } from './inputs.js'

type Loose = (...args: unknown[]) => unknown
const { sum, min, max, minMax, argMin, argMax, mean, variance, norm, dot, count } = par as unknown as Record<string, Loose>
const { fill, iota, copy, scale, axpy, add, mul, clamp, convert, scan, random } = par as unknown as Record<string, Loose>

/** The same memory as elements of another type. */
function asAnother({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: TypedArray): TypedArray {
  const Other = { 1: Int8Array, 2: Uint16Array, 4: Float32Array, 8: BigInt64Array }[BYTES_PER_ELEMENT] as Float32ArrayConstructor
  return new Other(buffer, byteOffset, length)
}

/** What stands before the arguments: a pool, or nothing. */
type Before = readonly [] | readonly [Pool]
type Call = (before: Before, xs: TypedArray) => unknown

function constant(xs: TypedArray, value: number): Scalar {
  return isBigInt(xs.constructor) ? BigInt(value) : value
}
type Scalar = number | bigint

/** Calls of every algorithm that gives the same with a pool and without, for views of any type with at least one element. */
export const everyAlgorithm: Readonly<Record<string, Call>> = {
  sum: (before, xs) => sum!(...before, xs),
  'sum, compensated': (before, xs) => sum!(...before, xs, { compensated: true }),
  min: (before, xs) => min!(...before, xs),
  max: (before, xs) => max!(...before, xs),
  minMax: (before, xs) => minMax!(...before, xs),
  argMin: (before, xs) => argMin!(...before, xs),
  argMax: (before, xs) => argMax!(...before, xs),
  mean: (before, xs) => mean!(...before, xs),
  variance: (before, xs) => variance!(...before, xs),
  norm: (before, xs) => norm!(...before, xs),
  dot: (before, xs) => dot!(...before, xs, xs),
  count: (before, xs) => count!(...before, xs, { ge: constant(xs, 3), ne: constant(xs, 7) }),
  'fill, in place': (before, xs) => fill!(...before, xs, constant(xs, 3)),
  'iota, in place': (before, xs) => (isBigInt(xs.constructor) || isFloat(xs.constructor) ? iota!(...before, xs) : xs),
  copy: (before, xs) => copy!(...before, xs),
  'copy, in place': (before, xs) => copy!(...before, xs, { into: xs }),
  scale: (before, xs) => scale!(...before, xs, constant(xs, 3)),
  'scale, in place': (before, xs) => scale!(...before, xs, constant(xs, 3), { into: xs }),
  'axpy, in place': (before, xs) => axpy!(...before, constant(xs, 3), xs, xs),
  add: (before, xs) => add!(...before, xs, xs),
  'mul, in place': (before, xs) => mul!(...before, xs, xs, { into: xs }),
  clamp: (before, xs) => clamp!(...before, xs, constant(xs, 3), constant(xs, 99)),
  convert: (before, xs) => convert!(...before, xs, Float32Array),
  'convert, in place': (before, xs) => convert!(...before, xs, { into: asAnother(xs) }),
  scan: (before, xs) => scan!(...before, xs),
  'scan, in place': (before, xs) => scan!(...before, xs, { op: 'max', exclusive: true, into: xs }),
  'random, in place': (before, xs) => random!(...before, xs, { seed: 42 }),
}

/** What a call gives, or says: on a copy of its own where it works in place. */
export async function outcomeOf(call: Call, name: string, before: Before, xs: SharedView): Promise<unknown> {
  try {
    return await call(before, name.endsWith('in place') ? (share(xs) as SharedView) : xs)
  } catch (error) {
    return String(error)
  }
}
