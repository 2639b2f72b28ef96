import { allocate, type Pool, random } from '@shoal/core'
import * as par from '@shoal/core/algorithms'

type Loose = (...args: unknown[]) => unknown
/** With a pool before the arguments, and after them options of every algorithm; without, those that it has in both forms. */
type Call = (before: readonly [] | readonly [Pool], columns: Columns, options: object) => unknown

const a = par as unknown as Record<string, Loose>

/** Views of one length. Calls change `target` and `others` alone, which `refill` makes what they were. */
export class Columns {
  readonly xs: Float64Array<SharedArrayBuffer>
  readonly sorted: Float64Array<SharedArrayBuffer>
  readonly bins: Int32Array<SharedArrayBuffer>
  readonly mask: Uint8Array<SharedArrayBuffer>
  readonly target: Float64Array<SharedArrayBuffer>
  readonly others: Uint32Array<SharedArrayBuffer>

  constructor(length: number, make: typeof allocate = allocate) {
    this.xs = random(make(Float64Array, length), { seed: 1, low: -1 })
    this.sorted = par.iota(make(Float64Array, length))
    this.bins = random(make(Int32Array, length), { seed: 2, low: 0, high: 500 })
    this.mask = random(make(Uint8Array, length), { seed: 3, high: 2 })
    this.target = make(Float64Array, length)
    this.others = make(Uint32Array, length)
  }

  refill(): this {
    random(this.target, { seed: 4, low: -1 })
    par.iota(this.others)
    return this
  }
}

const byValue = (x: number, y: number): number => x - y

/** A call of every algorithm that takes a pool, and of its variants that run in another way. */
export const everyOption: Readonly<Record<string, Call>> = {
  sum: (b, { xs }, o) => a.sum!(...b, xs, o),
  'sum, compensated': (b, { xs }, o) => a.sum!(...b, xs, { ...o, compensated: true }),
  mean: (b, { xs }, o) => a.mean!(...b, xs, o),
  variance: (b, { xs }, o) => a.variance!(...b, xs, o),
  std: (b, { xs }, o) => a.std!(...b, xs, o),
  min: (b, { xs }, o) => a.min!(...b, xs, o),
  max: (b, { xs }, o) => a.max!(...b, xs, o),
  minMax: (b, { xs }, o) => a.minMax!(...b, xs, o),
  argMin: (b, { xs }, o) => a.argMin!(...b, xs, o),
  argMax: (b, { xs }, o) => a.argMax!(...b, xs, o),
  dot: (b, { xs, sorted }, o) => a.dot!(...b, xs, sorted, o),
  norm: (b, { xs }, o) => a.norm!(...b, xs, o),
  count: (b, { xs }, o) => a.count!(...b, xs, { ge: 0 }, o),
  fill: (b, { target }, o) => a.fill!(...b, target, 7, o),
  iota: (b, { target }, o) => a.iota!(...b, target, o),
  random: (b, { target }, o) => a.random!(...b, target, { ...o, seed: 9 }),
  copy: (b, { xs, target }, o) => a.copy!(...b, xs, { ...o, into: target }),
  convert: (b, { bins, target }, o) => a.convert!(...b, bins, { ...o, into: target }),
  scale: (b, { xs, target }, o) => a.scale!(...b, xs, 3, { ...o, into: target }),
  'scale, in place': (b, { target }, o) => a.scale!(...b, target, 3, { ...o, into: target }),
  clamp: (b, { xs, target }, o) => a.clamp!(...b, xs, 0, 0.5, { ...o, into: target }),
  add: (b, { xs, sorted, target }, o) => a.add!(...b, xs, sorted, { ...o, into: target }),
  mul: (b, { xs, sorted, target }, o) => a.mul!(...b, xs, sorted, { ...o, into: target }),
  axpy: (b, { xs, target }, o) => a.axpy!(...b, 3, xs, target, o),
  scan: (b, { xs, target }, o) => a.scan!(...b, xs, { ...o, into: target }),
  'scan, in place': (b, { target }, o) => a.scan!(...b, target, { ...o, into: target }),
  sort: (b, { target }, o) => a.sort!(...b, target, o),
  'sort, swapping': (b, { target }, o) => a.sort!(...b, target, { ...o, inPlace: true }),
  'sort, comparing': (b, { target }, o) => a.sort!(...b, target, { ...o, compare: byValue }),
  argsort: (b, { xs, others }, o) => a.argsort!(...b, xs, { ...o, into: others }),
  sortByKey: (b, { target, others }, o) => a.sortByKey!(...b, target, others, o),
  shuffle: (b, { target }, o) => a.shuffle!(...b, target, { ...o, seed: 5 }),
  unique: (b, { bins }, o) => a.unique!(...b, bins, o),
  nthElement: (b, { xs }, o) => a.nthElement!(...b, xs, Math.floor(xs.length / 3), o),
  quantile: (b, { xs }, o) => a.quantile!(...b, xs, [0.1, 0.5], o),
  topK: (b, { xs }, o) => a.topK!(...b, xs, 5, o),
  'filter, comparing': (b, { xs }, o) => a.filter!(...b, xs, { lt: 0.3 }, o),
  'filter, by a mask': (b, { xs, mask }, o) => a.filter!(...b, xs, { mask }, o),
  'filter, by a kernel': (b, { xs }, o) => a.filter!(...b, xs, (x: number) => x < 0.3, o),
  partitionBy: (b, { xs }, o) => a.partitionBy!(...b, xs, { lt: 0.3 }, o),
  merge: (b, { sorted, target }, o) => a.merge!(...b, half(sorted), rest(sorted), { ...o, into: target }),
  searchSorted: (b, { xs, sorted, others }, o) => a.searchSorted!(...b, sorted, xs, { ...o, into: others }),
  histogram: (b, { xs }, o) => a.histogram!(...b, xs, { ...o, bins: 50 }),
  bincount: (b, { bins }, o) => a.bincount!(...b, bins, { ...o, minLength: 500 }),
  groupBy: (b, { bins, xs }, o) => a.groupBy!(...b, [bins], { n: 'count', least: [xs, 'min'], total: [xs, 'sum'] }, o),
  'groupBy, sorted': (b, { bins, xs }, o) => a.groupBy!(...b, [bins], { total: [xs, 'sum'] }, { ...o, sorted: true }),
  'groupBy, of many groups': (b, { bins, xs }, o) => a.groupBy!(...b, [xs], { n: 'count', least: [bins, 'min'], total: [xs, 'sum'] }, o),
  matmul: (b, { xs, sorted }, o) => a.matmul!(...b, rows(xs), rows(sorted), { ...o, inner: Math.ceil(rows(xs).length / SIDE) }),
}

const SIDE = 1000
/** So many that they make whole rows. */
const rows = (xs: Float64Array): Float64Array => xs.subarray(0, xs.length < SIDE ? xs.length : xs.length - (xs.length % SIDE))
const half = (xs: Float64Array): Float64Array => xs.subarray(0, xs.length >> 1)
const rest = (xs: Float64Array): Float64Array => xs.subarray(xs.length >> 1)

/** Names of exports that take no pool. */
const withoutPool = ['encode', 'openNpy', 'writeNpy']

/** Algorithms without a call of these names: `sort, swapping` is one of `sort`, and `min and max` one of both. */
export function forgotten(calls = Object.keys(everyOption)): string[] {
  const called = new Set(calls.flatMap((name) => name.split(',')[0]!.split(' and ')))
  // A CommonJS module shows all of itself as `default`, too.
  const algorithms = Object.entries(par).filter(([, value]) => typeof value === 'function')
  return algorithms.map(([name]) => name).filter((name) => !called.has(name) && !withoutPool.includes(name))
}
