import { allocate, type SharedView, share, type TypedArray, type ViewConstructor } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { firstDifference } from '../support/columns.js'
import type { Claim } from './claims.js'
import type { Scalar, Subject } from './subject.js'

type Loose = (...args: unknown[]) => unknown
const a = par as unknown as Record<string, Loose>
type List = ArrayLike<Scalar>
const same = (outcome: unknown, expected: unknown): boolean => firstDifference(outcome as List, expected as List) === -1

/** NaN is last in both directions. */
function descended({ sorted }: Subject): TypedArray {
  let numbers = sorted.length
  while (numbers > 0 && Number.isNaN(sorted[numbers - 1])) numbers--
  const turned = sorted.slice()
  turned.subarray(0, numbers).reverse()
  return turned as TypedArray
}

/** Every index once: those of equal elements ascend, and each element is where it belongs. */
function isOrder(order: Uint32Array, { xs, length }: Subject, sorted: List): boolean {
  if (order.length > length) return false
  for (let i = 0; i < order.length; i++) {
    if (!Object.is(xs[order[i]!], sorted[i])) return false
    if (i > 0 && Object.is(sorted[i - 1], sorted[i]) && order[i - 1]! >= order[i]!) return false
  }
  return true
}

/** As JavaScript compares. */
function chosen({ xs }: Subject, holds: (x: Scalar, i: number) => boolean): Scalar[] {
  const found: Scalar[] = []
  for (let i = 0; i < xs.length; i++) if (holds(xs[i]!, i)) found.push(xs[i]!)
  return found
}

/** One of each: zeros of both signs are one. */
function different({ sorted }: Subject): Scalar[] {
  const found: Scalar[] = []
  let last: Scalar | undefined
  for (const x of sorted as Iterable<Scalar>) {
    if (!(x === last || Object.is(x, last))) found.push(x)
    last = x
  }
  return found.map((x) => (x === 0 ? 0 : x))
}

/** The elements whose indexes modulo three are these. */
function everyThird(sorted: TypedArray, kept: readonly number[], length: number): SharedView {
  const found = allocate(sorted.constructor as unknown as ViewConstructor, Math.ceil((length * kept.length) / 3) + 1) as SharedView
  let count = 0
  for (let start = 0; start < length; start += 3) {
    for (const offset of kept) if (start + offset < length) found[count++] = sorted[start + offset]!
  }
  return found.subarray(0, count) as SharedView
}

function shared(values: TypedArray): SharedView {
  return share(values)
}

const numbered = (length: number): Uint32Array<SharedArrayBuffer> => par.iota(allocate(Uint32Array, length))
const isSearchable = (subject: Subject): boolean => subject.isFinite || subject.distribution === 'infinities'

/** Keys that are few, whatever the subject is. */
function codesOf({ length }: Subject): Uint16Array<SharedArrayBuffer> {
  const codes = allocate(Uint16Array, length)
  for (let i = 0; i < length; i++) codes[i] = (i * 7) % 1000
  return codes
}

interface Grouped {
  readonly length: number
  readonly keys: readonly List[]
  readonly columns: { readonly n: List; readonly least?: List; readonly most?: List }
}

export const orderClaims: Readonly<Record<string, Claim>> = {
  sort: { call: (before, { xs }) => a.sort!(...before, share(xs)), holds: (outcome, subject) => same(outcome, subject.sorted) },
  'sort, descending, into another view': {
    call: (before, { xs, type, length }) => a.sort!(...before, xs, { descending: true, into: allocate(type, length) }),
    holds: (outcome, subject) => same(outcome, descended(subject)),
  },
  'sort, swapping': {
    call: (before, { xs }) => a.sort!(...before, share(xs), { inPlace: true }),
    holds: (outcome, subject) => same(outcome, subject.sorted),
  },
  argsort: {
    call: (before, { xs }) => a.argsort!(...before, xs),
    holds: (outcome: Uint32Array, subject) => outcome.length === subject.length && isOrder(outcome, subject, subject.sorted as List),
  },
  sortByKey: {
    call: (before, { xs, length }) => a.sortByKey!(...before, share(xs), numbered(length)),
    holds: ({ keys, values }: { keys: List; values: Uint32Array }, subject) =>
      same(keys, subject.sorted) && values.length === subject.length && isOrder(values, subject, subject.sorted as List),
  },
  shuffle: {
    call: (before, { xs }) => a.shuffle!(...before, share(xs), { seed: 3 }),
    holds: (outcome: TypedArray, subject) => same(a.sort!(outcome.slice()), subject.sorted),
  },
  topK: {
    call: (before, { xs }) => a.topK!(...before, xs, 10),
    holds: ({ values, indices }: { values: List; indices: Uint32Array }, subject) => {
      const best = descended(subject).subarray(0, 10)
      return same(values, best) && indices.length === best.length && isOrder(indices, subject, best as List)
    },
  },
  'nthElement and quantile': {
    applies: ({ length }) => length > 0,
    call: async (before, { xs, length }) => [
      await a.nthElement!(...before, xs, Math.floor(length / 3)),
      await a.quantile!(...before, xs, [0.3, 1], { method: 'lower' }),
    ],
    holds: ([nth, quantiles]: [Scalar, number[]], { sorted, length }) => {
      const numbers = [Math.floor(0.3 * (length - 1)), length - 1].map((rank) => Number(sorted[rank]))
      const expected = Number.isNaN(numbers[1]) ? [Number.NaN, Number.NaN] : numbers
      return Object.is(nth, sorted[Math.floor(length / 3)]) && same(quantiles, expected)
    },
  },
  unique: {
    call: (before, { xs }) => a.unique!(...before, xs),
    holds: (outcome: Iterable<Scalar>, subject) =>
      same(
        Array.from(outcome, (x) => (x === 0 ? 0 : x)),
        different(subject),
      ),
  },
  filter: {
    call: (before, subject) => a.filter!(...before, subject.xs, { le: subject.scalar(3) }),
    holds: (outcome, subject) =>
      same(
        outcome,
        chosen(subject, (x) => x <= 3),
      ),
  },
  partitionBy: {
    call: (before, subject) => a.partitionBy!(...before, subject.xs, { gt: subject.scalar(3), ne: subject.scalar(7) }),
    holds: ({ matching, rest }: { matching: List; rest: List }, subject) => {
      const not = subject.scalar(7)
      const isIn = (x: Scalar): boolean => x > 3 && x !== not
      return (
        same(matching, chosen(subject, isIn)) &&
        same(
          rest,
          chosen(subject, (x) => !isIn(x)),
        )
      )
    },
  },
  merge: {
    call: (before, { sorted, length }) => a.merge!(...before, everyThird(sorted, [0], length), everyThird(sorted, [1, 2], length)),
    holds: (outcome, { sorted }) => same(outcome, sorted),
  },
  searchSorted: {
    applies: isSearchable,
    call: (before, { sorted, xs }) => a.searchSorted!(...before, shared(sorted), xs),
    holds: (outcome: Uint32Array, { xs, sorted, length }) => {
      for (let i = 0; i < length; i += 101) {
        const at = outcome[i]!
        if (at > 0 && !(sorted[at - 1]! < xs[i]!)) return false
        if (at >= length || sorted[at]! < xs[i]!) return false
      }
      return outcome.length === length
    },
  },
  bincount: {
    applies: ({ type }) => /^Uint(8|16)/.test(type.name),
    call: (before, { xs }) => a.bincount!(...before, xs, { minLength: 65_536 }),
    holds: (outcome, { xs }) => {
      const counts = new Float64Array(65_536)
      for (const x of xs as Uint8Array) counts[x]!++
      return same(outcome, counts)
    },
  },
  histogram: {
    applies: ({ isFinite: isNumbers, distribution }) => isNumbers && distribution !== 'extremes',
    call: (before, { xs }) => a.histogram!(...before, xs, { bins: 50 }),
    holds: ({ counts, edges }: { counts: List; edges: List }, { xs }) => {
      const expected = new Float64Array(50)
      for (const x of xs as Iterable<Scalar>) {
        let bin = 49
        while (bin > 0 && Number(x) < Number(edges[bin])) bin--
        expected[bin]!++
      }
      return edges.length === 51 && same(counts, expected)
    },
  },
  groupBy: {
    call: (before, subject) =>
      a.groupBy!(...before, [codesOf(subject)], { n: 'count', least: [subject.xs, 'min'], most: [subject.xs, 'max'] }),
    holds: ({ length, keys, columns }: Grouped, subject) => {
      const groups = Math.min(1000, subject.length)
      if (length !== groups) return false
      for (let g = 0; g < groups; g += 37) {
        // The rows of a code are a thousand apart.
        const rows: Scalar[] = []
        for (let i = g; i < subject.length; i += 1000) rows.push(subject.xs[i]!)
        rows.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0))
        if (keys[0]![g] !== (g * 7) % 1000 || columns.n[g] !== rows.length) return false
        if (rows.some((x) => Number.isNaN(x))) {
          if (!Number.isNaN(columns.least![g]) || !Number.isNaN(columns.most![g])) return false
        } else if (columns.least![g] !== rows[0] || columns.most![g] !== rows.at(-1)) return false
      }
      return true
    },
  },
  'groupBy, as keys': {
    call: (before, { xs }) => a.groupBy!(...before, [xs], { n: 'count' }),
    holds: ({ keys, columns }: Grouped, { xs }) => {
      const counts = new Map<Scalar, number>()
      for (const x of xs as Iterable<Scalar>) counts.set(x === 0 ? 0 : x, (counts.get(x === 0 ? 0 : x) ?? 0) + 1)
      return (
        same(
          Array.from(keys[0]!, (x) => (x === 0 ? 0 : x)),
          [...counts.keys()],
        ) && same(columns.n, [...counts.values()])
      )
    },
  },
}
