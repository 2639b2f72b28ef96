import {
  beginPlan,
  copyStretch,
  countPrefixes,
  elementOf,
  gatherRanges,
  keySurveyOf,
  kPlanBytes,
  kPrefixes,
  sortStretch,
} from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place, reduce } from './passes.js'
import { radixSort } from './radix-sort.js'

/** Up to here sorting a copy takes less time than the passes. */
const ALONE = 1 << 14
const MOST_BLOCKS = 64
/** Counts of a block have 32 bits. */
const MOST_IN_BLOCK = 2 ** 31
const PREFIX_BITS = 16
/** A window of more than this part of all elements is counted again: that takes less time than to sort it, and no memory. */
const HEAVY = 1 / 4

/** Keys [least, least + 2^bits), among which some elements are wanted. */
interface Window {
  readonly least: bigint
  readonly bits: number
  /** How many elements are less, and how many are inside. */
  readonly below: number
  readonly count: number
  readonly ranks: readonly number[]
}

/**
 * The elements that `sort` would put at these indexes, found without changing `xs`. 2^16 ranges of keys are counted; what is in those that hold a
 * wanted element is gathered and sorted, mostly little. Where much is in one it is counted again, in narrower ranges: at most three times,
 * until each is one key. `ranks` ascend.
 */
export function* selectRanks(place: Place, xs: TypedArray, ranks: readonly number[]): Passes<(number | bigint)[]> {
  if (ranks.length === 0) return []
  if (xs.length <= ALONE) {
    const copy = place.scratch(xs, xs.length)
    yield* each(xs, copyStretch, [copy], xs.length)
    yield* each(copy, sortStretch, [undefined, false], xs.length)
    return ranks.map((rank) => copy[rank]!)
  }
  const survey = yield* reduce(xs, keySurveyOf(false))
  const [least, most] = [survey[0]!, survey[1]!]
  const blocks = Math.max(Math.min(MOST_BLOCKS, Math.max(1, place.workers) * 4), Math.ceil(xs.length / MOST_IN_BLOCK))
  const blockLength = Math.ceil(xs.length / blocks)
  const counts = place.scratch(new Uint32Array(), Math.ceil(xs.length / blockLength) * kPrefixes)
  const search: Search = { place, xs, blockLength, plan: place.scratch(new Uint8Array(), kPlanBytes), counts, found: new Map() }
  // The ends are known by now.
  search.found.set(0, elementOf(xs, least)).set(xs.length - 1, elementOf(xs, most))
  const others = ranks.filter((rank) => !search.found.has(rank))
  yield* descend(search, { least, bits: bitsOf(most - least), below: 0, count: xs.length, ranks: others })
  return ranks.map((rank) => search.found.get(rank)!)
}

interface Search {
  readonly place: Place
  readonly xs: TypedArray
  readonly blockLength: number
  readonly plan: Uint8Array
  readonly counts: Uint32Array
  /** By rank. */
  readonly found: Map<number, number | bigint>
}

function* descend(search: Search, window: Window): Passes<void> {
  const { xs, plan, counts, blockLength, found } = search
  const { least, bits, ranks } = window
  if (bits === 0) for (const rank of ranks) found.set(rank, elementOf(xs, least))
  if (bits === 0 || ranks.length === 0) return
  beginPlan(plan, BigUint64Array.of(least, least + (1n << BigInt(bits)) - 1n), undefined, false)
  yield* each(xs, countPrefixes, [false, plan, blockLength, counts], blockLength)
  const windows = windowsIn(window, addBlocks(counts))
  const isHeavy = ({ bits, count }: Window): boolean => bits === 0 || count > xs.length * HEAVY
  const light = windows.filter((one) => !isHeavy(one))
  if (light.length > 0) yield* gather(search, window, light)
  for (const one of windows.filter(isHeavy)) yield* descend(search, one)
}

/** Those inside of a window that hold its ranks. */
function windowsIn({ least, bits, below, ranks }: Window, totals: Float64Array): Window[] {
  const narrower = Math.max(0, bits - PREFIX_BITS)
  const windows: Window[] = []
  let next = 0
  let start = below
  for (let prefix = 0; next < ranks.length; prefix++) {
    if (prefix === kPrefixes) throw new Error('Expected a view that nobody stores into while elements are looked for')
    const count = totals[prefix]!
    const first = next
    while (next < ranks.length && ranks[next]! < start + count) next++
    const from = least + (BigInt(prefix) << BigInt(narrower))
    if (next > first) windows.push({ least: from, bits: narrower, below: start, count, ranks: ranks.slice(first, next) })
    start += count
  }
  return windows
}

/** The windows' elements side by side: sorted, those of each are where its ranks say. */
function* gather({ place, xs, counts, blockLength, found }: Search, { least }: Window, windows: readonly Window[]): Passes<void> {
  const shift = windows[0]!.bits
  const prefixes = windows.map((window) => Number((window.least - least) >> BigInt(shift)))
  // Around one window the CPU predicts where a key is: nearly always outside. Of many it looks each key up.
  const [first, ranges] = windows.length === 1 ? [prefixes[0]!, 8] : [0, kPrefixes]
  const wanted = place.scratch(new Uint8Array(), ranges / 8).fill(0)
  for (const prefix of prefixes) wanted[(prefix - first) >> 3]! |= 1 << ((prefix - first) & 7)
  const blocks = counts.length / kPrefixes
  const starts = place.scratch(new Float64Array(), blocks + 1)
  starts[0] = 0
  for (let block = 0; block < blocks; block++) {
    const inBlock = prefixes.reduce((sum, prefix) => sum + counts[block * kPrefixes + prefix]!, 0)
    starts[block + 1] = starts[block]! + inBlock
  }
  const gathered = place.scratch(xs, starts[blocks]!)
  yield* each(xs, gatherRanges, [least + (BigInt(first) << BigInt(shift)), shift, wanted, gathered, blockLength, starts], blockLength)
  yield* radixSort(place, { keys: gathered, toKeys: gathered }, false)
  let start = 0
  for (const { below, count, ranks } of windows) {
    for (const rank of ranks) found.set(rank, gathered[start + rank - below]!)
    start += count
  }
}

function addBlocks(counts: Uint32Array): Float64Array {
  const totals = new Float64Array(kPrefixes)
  for (let start = 0; start < counts.length; start += kPrefixes) {
    for (let prefix = 0; prefix < kPrefixes; prefix++) totals[prefix]! += counts[start + prefix]!
  }
  return totals
}

function bitsOf(key: bigint): number {
  return key === 0n ? 0 : key.toString(2).length
}
