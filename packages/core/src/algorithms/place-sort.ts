import { beginSplits, kSplitPlanBytes, PART_NUMBERS, partitionParts, sortPartsInPlace } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Parts that each worker sorts: more than one, so that who is done sooner takes what is left. */
const PARTS_EACH = 2
/** What was done in part can not be done again. */
const MOVING = { retry: 'never', isLong: true } as const

/** Elements [start, end) of the view, which belong into buckets [first, last), and are to be so many parts. */
interface Part {
  readonly start: number
  readonly end: number
  readonly first: number
  readonly last: number
  readonly shares: number
}

/**
 * Sorts keys alone by vectors, where they lie: see `place_sort.h` of @shoal/native. False where that can not be done. One worker partitions
 * the view, by a key that a sample tells, then two workers the halves, and so on until there are enough parts: together that takes no longer
 * than to read the view twice. Beside the view it takes 16 KiB, and what 65,536 elements take in each worker.
 */
export function* placeSort(place: Place, xs: TypedArray, descending: boolean): Passes<boolean> {
  const plan = place.scratch(new Uint8Array(), kSplitPlanBytes)
  const buckets = beginSplits(xs, descending, plan)
  if (buckets === 0) return false
  const shares = Math.min(place.workers * PARTS_EACH, buckets)
  const table = place.scratch(new Float64Array(), shares * PART_NUMBERS)
  let parts: Part[] = [{ start: 0, end: xs.length, first: 0, last: buckets, shares }]
  for (;;) {
    const whole = parts.filter((part) => part.shares > 1)
    if (whole.length === 0) break
    table.set(whole.flatMap((part) => [part.start, part.end, middleOf(part) - 1, 0]))
    yield* each(whole.length, partitionParts, [xs, descending, plan, table], 1, MOVING)
    let at = 3
    parts = parts.flatMap((part) => {
      if (part.shares === 1) return part
      const middle = part.start + table[at]!
      at += PART_NUMBERS
      const few = part.shares >> 1
      return [
        { ...part, end: middle, last: middleOf(part), shares: few },
        { ...part, start: middle, first: middleOf(part), shares: part.shares - few },
      ]
    })
  }
  const starts = place.scratch(new Float64Array(), parts.length + 1)
  starts.set([...parts.map(({ start }) => start), xs.length])
  yield* each(parts.length, sortPartsInPlace, [xs, descending, starts], 1, MOVING)
  return true
}

/** The first bucket of the second half: of three shares that has two. */
function middleOf({ first, last, shares }: Part): number {
  return first + Math.round(((last - first) * (shares >> 1)) / shares)
}
