import type { TypedArray } from '../memory/index.js'
import type { Stretch } from './stretch.js'

type Scalar = number | bigint
/** The kernel of a program: these passes get it as their first argument. */
export type Compare = (a: Scalar, b: Scalar, ...args: readonly unknown[]) => number

/** What is compared with: the kernel's further arguments, and in which direction. */
export interface Comparing {
  readonly args: readonly unknown[]
  readonly descending: boolean
}

type Between = (a: Scalar, b: Scalar) => number

/** Of each bucket many elements are looked at, so that buckets become about equally large. */
const SAMPLES_EACH = 16

function between(compare: Compare, { args, descending }: Comparing): Between {
  if (args.length === 0) return descending ? (a, b) => compare(b, a) : (a, b) => compare(a, b)
  return descending ? (a, b) => compare(b, a, ...args) : (a, b) => compare(a, b, ...args)
}

/** Copies and sorts, in one piece. Stable, as typed arrays sort. */
export function sortPieceBy(compare: Compare, _: unknown, source: TypedArray, comparing: Comparing, into: TypedArray): void {
  if (source !== into) into.set(source as never)
  sortBy(into, between(compare, comparing))
}

/** Different elements that cut the view into about equal parts: at most as many as `splitters` holds; `found[0]` says how many. */
export function chooseSplitters(
  compare: Compare,
  _: unknown,
  source: TypedArray,
  comparing: Comparing,
  splitters: TypedArray,
  found: Uint32Array,
): void {
  const before = between(compare, comparing)
  const count = (splitters.length + 1) * SAMPLES_EACH
  const samples = new (source.constructor as new (length: number) => TypedArray)(count)
  for (let i = 0; i < count; i++) samples[i] = source[placeOf(i, source.length / count)]!
  sortBy(samples, before)
  let length = 0
  for (let i = SAMPLES_EACH; i < count; i += SAMPLES_EACH) {
    if (length === 0 || before(splitters[length - 1]!, samples[i]!) < 0) splitters[length++] = samples[i]!
  }
  found[0] = length
}

/** Somewhere in the i-th stretch of `width` elements: what is regular in the data does not matter then. */
function placeOf(i: number, width: number): number {
  const mixed = Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 0
  return Math.floor((i + mixed / 2 ** 32) * width)
}

/**
 * Puts every element of a block into a class: 2s below splitter s and above the one before, 2s + 1 equal to it. Equal elements of a splitter
 * need no sorting, however many there are. Counts those of each class.
 */
export function classifyBy(
  compare: Compare,
  { source, start, end }: Stretch<TypedArray>,
  comparing: Comparing,
  splitters: TypedArray,
  blockLength: number,
  classes: Uint16Array,
  counts: Uint32Array,
): void {
  const before = between(compare, comparing)
  const classCount = 2 * splitters.length + 1
  const first = (start / blockLength) * classCount
  const own = counts.subarray(first, first + classCount)
  own.fill(0)
  for (let i = start; i < end; i++) {
    const x = source[i]!
    let low = 0
    let high = splitters.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(splitters[middle]!, x) < 0) low = middle + 1
      else high = middle
    }
    const isEqual = low < splitters.length && !(before(x, splitters[low]!) < 0)
    const found = 2 * low + (isEqual ? 1 : 0)
    classes[i] = found
    own[found]!++
  }
}

/** Moves a block's elements to their classes: `offsets` says where its first of each goes. */
export function scatterClasses(
  { source, start, end }: Stretch<TypedArray>,
  classes: Uint16Array,
  classCount: number,
  blockLength: number,
  offsets: Float64Array,
  into: TypedArray,
): void {
  const first = (start / blockLength) * classCount
  const next = offsets.slice(first, first + classCount)
  for (let i = start; i < end; i++) into[next[classes[i]!]!++] = source[i]!
}

/** The stretch is one of classes, which begin at `starts`. */
export function sortClassesBy(
  compare: Compare,
  { start, end }: { start: number; end: number },
  comparing: Comparing,
  starts: Float64Array,
  scattered: TypedArray,
  into: TypedArray,
): void {
  const before = between(compare, comparing)
  for (let at = start; at < end; at++) {
    const [first, last] = [starts[at]!, starts[at + 1]!]
    const part = into.subarray(first, last)
    part.set(scattered.subarray(first, last) as never)
    if (at % 2 === 0) sortBy(part, before)
  }
}

function sortBy(view: TypedArray, before: Between): void {
  if (view.length > 1) (view as Float64Array).sort(before)
}
