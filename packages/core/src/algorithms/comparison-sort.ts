import { type Compare, type Comparing, chooseSplitters, classifyBy, scatterClasses, sortClassesBy, sortPieceBy } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import { each, type Passes, type Place } from './passes.js'

/** Up to here one worker does it: that takes less time than to hand parts over. */
const ONE_PIECE = 8192
const CLASS_LENGTH = 4096
const MOST_SPLITTERS = 511
const MOST_BLOCKS = 64

/**
 * A sample sort: some elements cut the view into parts, every element goes to its part, and each part is sorted by itself. Stable, so the
 * result is the same for any number of workers. Takes scratch memory as large as the view, and two bytes for each element.
 */
export function* comparisonSort(place: Place, source: TypedArray, into: TypedArray, compare: Compare, comparing: Comparing): Passes<void> {
  const { length } = source
  if (length < 2 && source === into) return
  if (length <= ONE_PIECE || place.workers === 0) {
    const whole = source === into && place.workers > 0 ? copyOf(place, source) : source
    return yield* each(1, sortPieceBy, [whole, comparing, into], 1, { compare })
  }
  const room = place.scratch(source, Math.min(MOST_SPLITTERS, Math.floor(length / CLASS_LENGTH)))
  const found = place.scratch(new Uint32Array(), 1)
  yield* each(1, chooseSplitters, [source, comparing, room, found], 1, { compare })
  const splitters = room.subarray(0, found[0]!) as TypedArray
  const classCount = 2 * splitters.length + 1

  const blocks = Math.min(MOST_BLOCKS, place.workers * 8)
  const blockLength = Math.ceil(length / blocks)
  const classes = place.scratch(new Uint16Array(), length)
  const counts = place.scratch(new Uint32Array(), Math.ceil(length / blockLength) * classCount)
  yield* each(source, classifyBy, [comparing, splitters, blockLength, classes, counts], blockLength, { compare })

  const { starts, offsets } = placesOf(place, counts, classCount)
  const scattered = place.scratch(source, length)
  yield* each(source, scatterClasses, [classes, classCount, blockLength, offsets, scattered], blockLength)
  yield* each(classCount, sortClassesBy, [comparing, starts, scattered, into], 1, { compare })
}

/** What is sorted in place is sorted from a copy, so that it can be done again. */
function copyOf(place: Place, source: TypedArray): TypedArray {
  const copy = place.scratch(source, source.length)
  copy.set(source as never)
  return copy
}

/** Where each class begins, and where each block's first element of each goes. */
function placesOf(place: Place, counts: Uint32Array, classCount: number): { starts: Float64Array; offsets: Float64Array } {
  const starts = place.scratch(new Float64Array(), classCount + 1)
  const offsets = place.scratch(new Float64Array(), counts.length)
  let next = 0
  for (let found = 0; found < classCount; found++) {
    starts[found] = next
    for (let at = found; at < counts.length; at += classCount) {
      offsets[at] = next
      next += counts[at]!
    }
  }
  starts[classCount] = next
  return { starts, offsets }
}
