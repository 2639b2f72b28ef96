import { beginPlan, copyStretch, countPrefixes, elementOf, keySurveyOf, kPlanBytes, kPrefixes, sortStretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place, reduce } from './passes.js'

/** Up to here sorting a copy takes less time than the passes. */
const ALONE = 1 << 14
const MOST_BLOCKS = 64
const PREFIX_BITS = 16n

/** Keys of which it is known that some wanted elements are among them. */
interface Window {
  readonly least: bigint
  readonly most: bigint
  /** How many elements are less. */
  readonly below: number
}

/**
 * The elements that `sort` would put at these indexes, found without changing or copying `xs`: 2^16 ranges of keys are counted, then those
 * inside of each range that holds a wanted element, until a range is one key: at most four passes for each. `ranks` ascend.
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
  const blocks = Math.min(MOST_BLOCKS, Math.max(1, place.workers) * 4)
  const blockLength = Math.ceil(xs.length / blocks)
  const search: Search = {
    xs,
    blockLength,
    plan: place.scratch(new Uint8Array(), kPlanBytes),
    counts: place.scratch(new Uint32Array(), Math.ceil(xs.length / blockLength) * kPrefixes),
  }
  const keys = yield* descend(search, { least: survey[0]!, most: survey[1]!, below: 0 }, ranks)
  return keys.map((key) => elementOf(xs, key))
}

interface Search {
  readonly xs: TypedArray
  readonly blockLength: number
  readonly plan: Uint8Array
  readonly counts: Uint32Array
}

function* descend(search: Search, { least, most, below }: Window, ranks: readonly number[]): Passes<bigint[]> {
  if (least === most) return ranks.map(() => least)
  const { xs, plan, counts, blockLength } = search
  beginPlan(plan, BigUint64Array.of(least, most), undefined, false)
  yield* each(xs, countPrefixes, [false, plan, blockLength, counts], blockLength)
  const totals = addBlocks(counts)
  const bits = BigInt((most - least).toString(2).length)
  const shift = bits > PREFIX_BITS ? bits - PREFIX_BITS : 0n
  const found: bigint[] = []
  let next = 0
  let start = below
  for (let prefix = 0; next < ranks.length; prefix++) {
    if (prefix === kPrefixes) throw new Error('Expected a view that nobody stores into while elements are looked for')
    const end = start + totals[prefix]!
    const first = next
    while (next < ranks.length && ranks[next]! < end) next++
    if (next > first) {
      const from = least + (BigInt(prefix) << shift)
      const window = { least: from, most: from + (1n << shift) - 1n, below: start }
      found.push(...(yield* descend(search, window, ranks.slice(first, next))))
    }
    start = end
  }
  return found
}

function addBlocks(counts: Uint32Array): Float64Array {
  const totals = new Float64Array(kPrefixes)
  for (let start = 0; start < counts.length; start += kPrefixes) {
    for (let prefix = 0; prefix < kPrefixes; prefix++) totals[prefix]! += counts[start + prefix]!
  }
  return totals
}
