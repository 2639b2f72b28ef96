import { kMemberBytes, membersJoin, membersLeave } from '@shoal/native'
import type { SharedWords } from './place.js'

/** The slots of a barrier's members, by the words of another buffer over the same memory. */
interface Slots {
  readonly words: SharedWords
  readonly count: number
}

/** Those of which this thread holds one, by where they begin. */
const held = new WeakMap<SharedArrayBuffer, Map<number, Slots>>()

/**
 * A held slot is a node in the thread's robust list, so its memory has to stay mapped. But it must not stay for as long as the thread does:
 * once nothing in the thread leads to the memory any more the thread cannot come again, and leaves.
 */
const leaving = new FinalizationRegistry<Slots>((slots) => {
  if (!membersLeave(slots.words, 0, slots.count)) unleft.push(slots)
})

/** Those of segments that were closed by another thread, for good. */
const unleft: Slots[] = []

/** This thread's slot, found or taken; −1 when all are taken. */
export function joinSlots(view: SharedWords, index: number, count: number): number {
  const slot = membersJoin(view, index, count)
  if (slot >= 0) keep(view, index, count)
  return slot
}

/** This thread belongs no longer. */
export function leaveSlots(view: SharedWords, index: number, count: number): void {
  const left = membersLeave(view, index, count)
  const ofBuffer = held.get(view.buffer)
  const slots = ofBuffer?.get(placeOf(view, index))
  if (slots === undefined || !left) return
  leaving.unregister(slots)
  ofBuffer?.delete(placeOf(view, index))
}

function keep(view: SharedWords, index: number, count: number): void {
  const ofBuffer = held.get(view.buffer) ?? new Map<number, Slots>()
  held.set(view.buffer, ofBuffer)
  if (ofBuffer.has(placeOf(view, index))) return
  const words = new Int32Array(structuredClone(view.buffer), placeOf(view, index), (count * kMemberBytes) / 4)
  const slots = { words, count }
  ofBuffer.set(placeOf(view, index), slots)
  leaving.register(view.buffer, slots, slots)
}

function placeOf(view: SharedWords, index: number): number {
  return view.byteOffset + index * 4
}
