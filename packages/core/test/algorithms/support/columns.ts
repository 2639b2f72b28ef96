import { allocate, type SharedView, type TypedArray, type ViewConstructor } from '@shoal/core'
import { fillWith, types } from './inputs.js'

/** The element types that segments can have. */
export const sharedTypes = types as unknown as readonly ViewConstructor[]

/** A shared view of a distribution, at an odd place in its segment. */
export function sharedInput(type: ViewConstructor, length: number, distribution: string, seed = 1): SharedView {
  const view = (allocate(type, length + 3) as SharedView).subarray(3) as SharedView
  fillWith(view, distribution, seed)
  return view
}

/** The plain way: a copy that the built-in sorts. */
export function sortedCopy<V extends TypedArray>(view: V): V {
  return view.slice().sort() as V
}

/** The first index where they differ, by Object.is; −1 if nowhere. */
export function firstDifference(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length)
  if (areSameBytes(a, b)) return -1
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i
  return -1
}

/** Quickly, for views of one type. Equal elements may have other bytes: there are many NaN. */
function areSameBytes(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return false
  const [left, right] = [a, b].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))
  return left!.equals(right!)
}
