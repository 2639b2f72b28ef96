import { requireOptions, ShoalError } from '../errors/index.js'
import { allocate } from '../memory/index.js'
import { checkPlace, type SharedWords } from './place.js'

/** Three letters and the version of the layout: a synchronisation object's first word. Never 0. */
export type Magic = number & { readonly __magic: true }

/** Room for the header: the magic, and one word for the kind's own use. */
export const headerWords = 2

const version = 1

export function magicOf(letters: string): Magic {
  return ((letters.charCodeAt(0) << 24) | (letters.charCodeAt(1) << 16) | (letters.charCodeAt(2) << 8) | version) as Magic
}

/** How one kind of object lies in shared memory. */
export interface Layout<O> {
  readonly name: string
  readonly magic: Magic
  /** Throws where the options are no good. */
  byteLength(options: O): number
  /** Room of an object that is there, by what it says itself. */
  byteLengthAt(view: SharedWords, index: number): number
  /**
   * Makes it out of zeros. Several threads and processes may do so at once, and one of them may die doing it: every word is set by a
   * compare-and-swap from 0 and has one value while it is being made.
   */
  initialise(view: SharedWords, index: number, options: O): void
  /** Of an object of this kind that is there: its words from and up to which others still hold, so that a new one leaves them alone. */
  held?(view: SharedWords, index: number): readonly [from: number, to: number]
  /** Whether an object that is there was made with these options. */
  matches(view: SharedWords, index: number, options: O): boolean
}

/** Where to create: nowhere yet, or at a place of the caller's. */
export type At = readonly [view: SharedWords, index: number] | readonly []

/** Makes an object over whatever was there, or in memory of its own. */
export function createAt<O>(layout: Layout<O>, at: At, options: O): [SharedWords, number] {
  checkOptions(layout, options)
  const byteLength = layout.byteLength(options)
  const [view = allocate(Int32Array, byteLength / 4), index = 0] = at
  checkPlace(view, index, byteLength)
  const [from, to] = (Atomics.load(view, index) === layout.magic && layout.held?.(view, index)) || [index, index]
  for (let word = index; word < index + byteLength / 4; word++) if (word < from || word >= to) Atomics.store(view, word, 0)
  layout.initialise(view, index, options)
  // Last: whoever reads the magic (acquire) sees the whole object (release).
  Atomics.store(view, index, layout.magic)
  return [view, index]
}

/** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when something else lies there; RangeError when the view ends before the object does. */
export function attachAt<O>(layout: Layout<O>, view: SharedWords, index: number): void {
  checkPlace(view, index, headerWords * 4)
  const found = Atomics.load(view, index)
  if (found !== layout.magic) {
    throw new ShoalError(
      'SHOAL_SYNC_UNKNOWN',
      `Expected a ${layout.name} of version ${version} at index ${index} but found ${describe(found)}: create it first, with the same version of shoal`,
    )
  }
  checkPlace(view, index, layout.byteLengthAt(view, index))
}

/** For programs that start in any order: the first to come makes the object, over zeros. */
export function openOrCreateAt<O>(layout: Layout<O>, view: SharedWords, index: number, options: O): void {
  checkOptions(layout, options)
  checkPlace(view, index, layout.byteLength(options))
  if (Atomics.load(view, index) === 0) {
    layout.initialise(view, index, options)
    Atomics.compareExchange(view, index, 0, layout.magic)
  }
  attachAt(layout, view, index)
  if (layout.matches(view, index, options)) return
  throw new ShoalError(
    'SHOAL_SYNC_MISMATCH',
    `The ${layout.name} at index ${index} was created with other options than these: give all who share it the same`,
  )
}

/** Kinds without options have a length that asks for none. */
function checkOptions<O>(layout: Layout<O>, options: O): void {
  if (layout.byteLength.length > 0) requireOptions(options)
}

function describe(word: number): string {
  if (word === 0) return 'zeros'
  const letters = String.fromCharCode((word >>> 24) & 0xff, (word >>> 16) & 0xff, (word >>> 8) & 0xff)
  return /^[A-Z]{3}$/.test(letters) ? `'${letters}' of version ${word & 0xff}` : `0x${(word >>> 0).toString(16)}`
}
