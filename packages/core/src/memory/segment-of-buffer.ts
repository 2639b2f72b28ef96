import type { Segment } from './segment.js'

/** What `new` of it gives is the object that it was called with, so a class that extends it puts its private fields on that object. */
function itself(object: object): object {
  return object
}
const Itself = itself as unknown as new (object: object) => object

/**
 * The open segment of a buffer, as a private field of the buffer itself: the two go together. To a collection of the young generation all
 * values of a WeakMap are alive, so that dropped segments would hold their descriptors until a full collection.
 */
class Owned extends Itself {
  #segment: Segment | undefined

  static get(buffer: SharedArrayBuffer): Segment | undefined {
    return #segment in buffer ? (buffer as Owned).#segment : undefined
  }

  static has(buffer: SharedArrayBuffer): boolean {
    return #segment in buffer
  }

  static set(buffer: SharedArrayBuffer, segment: Segment | undefined): void {
    const owned = #segment in buffer ? (buffer as Owned) : new Owned(buffer)
    owned.#segment = segment
  }
}

/** The open segment whose memory this is. */
export const segmentOfBuffer = Owned.get
export const setSegmentOfBuffer = Owned.set
/** Whether the memory is or was a segment's. */
export const isOfSegment = Owned.has
