import * as par from '@shoal/core/algorithms'
import type { Claim } from './claims.js'
import { isNear, numbersOf, realSum, wholeSum } from './plain-sums.js'
import type { Scalar, Subject } from './subject.js'

type Loose = (...args: unknown[]) => unknown
const a = par as unknown as Record<string, Loose>

/** An exact sum as it is told: beyond what numbers hold, an error. */
function isWhole(outcome: unknown, exact: bigint, { isBigInt }: Subject): boolean {
  if (isBigInt) return outcome === exact
  const isSafe = exact <= Number.MAX_SAFE_INTEGER && exact >= Number.MIN_SAFE_INTEGER
  return isSafe ? Object.is(outcome, Number(exact)) : /RangeError|at most 2\^53/.test(String(outcome))
}

/** By Math.min or Math.max; of none there is an error. */
function extreme({ xs, isBigInt }: Subject, greatest: boolean): Scalar {
  if (isBigInt) return (xs as BigInt64Array).reduce((best, x) => (x > best === greatest ? x : best))
  const choose = greatest ? Math.max : Math.min
  return (xs as Float64Array).reduce((best, x) => choose(best, x))
}

const isRefused = (outcome: unknown): boolean => /RangeError.*at least one element/.test(String(outcome))
const indexOf = ({ xs }: Subject, x: Scalar): number => (xs as Float64Array).findIndex((y) => Object.is(y, x))

function extremeClaim(name: string, right: (outcome: never, subject: Subject) => boolean): Claim {
  return {
    call: (before, { xs }) => a[name]!(...before, xs),
    holds: (outcome, subject) => (subject.length === 0 ? isRefused(outcome) : right(outcome, subject)),
  }
}

interface Moments {
  readonly mean: number
  readonly variance: number
}

function momentsOf(subject: Subject): Moments {
  const at = numbersOf(subject)
  const mean = realSum(subject.length, at).sum / subject.length
  return { mean, variance: realSum(subject.length, (i) => (at(i) - mean) ** 2).sum / subject.length }
}

/** Squares of extremes overflow. */
const isTame = (subject: Subject): boolean => subject.isFinite && subject.distribution !== 'extremes'

function isAbout(actual: number, expected: number, scale: number): boolean {
  return !Number.isFinite(expected) || Math.abs(actual - expected) <= 1e-9 * Math.max(Math.abs(expected), scale)
}

function rootMeanSquare({ mean, variance }: Moments): number {
  return Math.sqrt(mean * mean + variance)
}

export const reductionClaims: Readonly<Record<string, Claim>> = {
  sum: {
    call: (before, { xs }) => a.sum!(...before, xs),
    holds: (outcome, subject) => {
      if (!subject.isFloat) return isWhole(outcome, wholeSum(subject.xs), subject)
      return subject.isFinite ? isNear(outcome, realSum(subject.length, numbersOf(subject))) : !Number.isFinite(outcome)
    },
  },
  'sum, compensated': {
    applies: ({ isFloat }) => isFloat,
    call: (before, { xs }) => a.sum!(...before, xs, { compensated: true }),
    holds: (outcome, subject) => !subject.isFinite || isNear(outcome, realSum(subject.length, numbersOf(subject)), 2 ** -52),
  },
  min: extremeClaim('min', (outcome, subject) => Object.is(outcome, extreme(subject, false))),
  max: extremeClaim('max', (outcome, subject) => Object.is(outcome, extreme(subject, true))),
  minMax: extremeClaim('minMax', ({ min, max }: { min: Scalar; max: Scalar }, subject) => {
    return Object.is(min, extreme(subject, false)) && Object.is(max, extreme(subject, true))
  }),
  argMin: extremeClaim('argMin', (outcome, subject) => outcome === indexOf(subject, extreme(subject, false))),
  argMax: extremeClaim('argMax', (outcome, subject) => outcome === indexOf(subject, extreme(subject, true))),
  mean: extremeClaim('mean', (outcome, subject) => {
    if (!isTame(subject)) return true
    const moments = momentsOf(subject)
    return isAbout(outcome, moments.mean, rootMeanSquare(moments))
  }),
  variance: extremeClaim('variance', (outcome, subject) => {
    if (!isTame(subject)) return true
    const moments = momentsOf(subject)
    return isAbout(outcome, moments.variance, 1e-6 * rootMeanSquare(moments) ** 2)
  }),
  std: extremeClaim('std', (outcome: number, subject) => {
    if (!isTame(subject)) return true
    const moments = momentsOf(subject)
    return outcome >= 0 && isAbout(outcome ** 2, moments.variance, 1e-6 * rootMeanSquare(moments) ** 2)
  }),
  norm: {
    applies: isTame,
    call: (before, { xs }) => a.norm!(...before, xs),
    holds: (outcome, subject) => {
      const at = numbersOf(subject)
      const { sum } = realSum(subject.length, (i) => at(i) ** 2)
      // Squares of denormals are nothing, but not their norm.
      return subject.distribution === 'denormals' ? outcome >= 0 : isAbout(outcome, Math.sqrt(sum), 0)
    },
  },
  dot: {
    call: (before, { xs }) => a.dot!(...before, xs, xs),
    holds: (outcome, subject) => {
      if (!subject.isFloat) return isWhole(outcome, wholeSum(subject.xs, true), subject)
      const at = numbersOf(subject)
      return (
        !subject.isFinite ||
        isNear(
          outcome,
          realSum(subject.length, (i) => at(i) ** 2),
        )
      )
    },
  },
  count: {
    call: (before, subject) => a.count!(...before, subject.xs, { ge: subject.scalar(3), ne: subject.scalar(7) }),
    holds: (outcome, subject) => {
      const [from, not] = [subject.scalar(3), subject.scalar(7)]
      return outcome === (subject.xs as Float64Array).reduce((count, x) => count + ((x as Scalar) >= from && x !== not ? 1 : 0), 0)
    },
  },
}
