import { type SharedView, share, type TypedArray } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { firstDifference } from '../support/columns.js'
import type { Claim } from './claims.js'
import { isNear, numbersOf, type RealSum, realSum } from './plain-sums.js'
import type { Before, Scalar, Subject } from './subject.js'

type Loose = (...args: unknown[]) => unknown
const a = par as unknown as Record<string, Loose>
const same = (outcome: TypedArray, expected: TypedArray): boolean => firstDifference(outcome as never, expected as never) === -1

/** Products as stores of integers take them: modulo two to the power of their bits. */
function times({ type, isFloat, isBigInt }: Subject): (x: never, y: never) => Scalar {
  if (isFloat || isBigInt || type.BYTES_PER_ELEMENT < 4) return (x: number, y: number) => x * y
  return (x: number, y: number) => Math.imul(x, y)
}

/** Every element by itself. */
function elementwise(
  call: (before: Before, subject: Subject) => unknown,
  of: (subject: Subject) => (x: never, i: number) => Scalar,
): Claim {
  return { call, holds: (outcome, subject) => same(outcome, subject.each(of(subject))) }
}

const copyOf = ({ xs }: Subject): SharedView => share(xs)
const plus = (x: never, y: never): Scalar => ((x as number) + y) as Scalar

/** Sums along the way: of floats in a grouping of their own. */
function isScan(outcome: TypedArray, subject: Subject): boolean {
  if (!subject.isFloat) {
    const sum = new (subject.type as Float64ArrayConstructor)(1)
    return same(
      outcome,
      subject.each((x) => {
        sum[0] = plus(sum[0] as never, x) as never
        return sum[0]!
      }),
    )
  }
  if (!subject.isFinite) return outcome.length === subject.length
  const rounding = { 2: 2 ** -10, 4: 2 ** -23 }[subject.type.BYTES_PER_ELEMENT] ?? 0
  let right = true
  realSum(subject.length, numbersOf(subject), (i: number, at: RealSum) => {
    // What overflows a Float32 or a Float16 is infinite.
    right &&= !Number.isFinite(outcome[i] as number) || isNear(outcome[i] as number, at, 2 ** -46 + rounding)
  })
  return right
}

export const elementClaims: Readonly<Record<string, Claim>> = {
  fill: elementwise(
    (before, subject) => a.fill!(...before, copyOf(subject), subject.scalar(7)),
    (subject) => () => subject.scalar(7),
  ),
  iota: {
    applies: ({ isFloat, isBigInt }) => isFloat || isBigInt,
    ...elementwise(
      (before, subject) => a.iota!(...before, copyOf(subject)),
      (subject) => (_, i) => subject.scalar(i),
    ),
  },
  random: {
    call: (before, subject) => a.random!(...before, copyOf(subject), { seed: 42, low: subject.scalar(0), high: subject.scalar(100) }),
    holds: (outcome: Float64Array, { length }) => outcome.length === length && outcome.every((x) => x >= 0 && x <= 100),
  },
  copy: elementwise(
    (before, { xs }) => a.copy!(...before, xs),
    () => (x) => x,
  ),
  scale: elementwise(
    (before, subject) => a.scale!(...before, subject.xs, subject.scalar(3)),
    (subject) => (x) => times(subject)(x, subject.scalar(3) as never),
  ),
  'scale, in place': elementwise(
    (before, subject) => {
      const xs = copyOf(subject)
      return a.scale!(...before, xs, subject.scalar(3), { into: xs })
    },
    (subject) => (x) => times(subject)(x, subject.scalar(3) as never),
  ),
  axpy: elementwise(
    (before, subject) => a.axpy!(...before, subject.scalar(3), subject.xs, copyOf(subject)),
    (subject) => (x) => plus(x, times(subject)(x, subject.scalar(3) as never) as never),
  ),
  add: elementwise(
    (before, { xs }) => a.add!(...before, xs, xs),
    () => (x) => plus(x, x),
  ),
  mul: elementwise(
    (before, { xs }) => a.mul!(...before, xs, xs),
    (subject) => (x) => times(subject)(x, x),
  ),
  clamp: elementwise(
    (before, subject) => a.clamp!(...before, subject.xs, subject.scalar(3), subject.scalar(99)),
    (subject) => {
      const [least, most] = [subject.scalar(3), subject.scalar(99)]
      return (x: Scalar) => (x < least ? least : x > most ? most : x)
    },
  ),
  convert: {
    call: (before, { xs }) => a.convert!(...before, xs, Float32Array),
    holds: (outcome, subject) =>
      same(
        outcome,
        subject.each((x) => Number(x), Float32Array as never),
      ),
  },
  scan: { call: (before, { xs }) => a.scan!(...before, xs), holds: isScan },
  'scan, greatest before, in place': {
    applies: ({ length }) => length > 0,
    call: (before, subject) => {
      const xs = copyOf(subject)
      return a.scan!(...before, xs, { op: 'max', exclusive: true, into: xs })
    },
    holds: (outcome: TypedArray, subject) => {
      let greatest = outcome[0] as Scalar
      const max = subject.isBigInt
        ? (x: Scalar, y: Scalar) => (x > y ? x : y)
        : (x: Scalar, y: Scalar) => Math.max(x as number, y as number)
      return same(
        outcome,
        subject.each((x) => {
          const before = greatest
          greatest = max(greatest, x)
          return before
        }),
      )
    },
  },
}
