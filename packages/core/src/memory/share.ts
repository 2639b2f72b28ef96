import { types } from 'node:util'
import { expectedType } from '../errors/index.js'
import { allocate } from './allocate.js'
import type { Shared, SharedView, TypedArray, ViewConstructor } from './views.js'

/**
 * A copy of `source` in a new anonymous segment: one copy in, then shared.
 * @example
 * const prices = share(Float64Array.from(rows, (row) => row.price))
 */
export function share<V extends TypedArray>(source: V): Shared<V> {
  if (!types.isTypedArray(source)) throw expectedType('source', 'a typed array', source)
  const copy = allocate(constructorOf(source), source.length)
  // Equal element types on both sides, which the union type cannot say.
  ;(copy as unknown as Uint8Array).set(source as unknown as Uint8Array)
  return copy as unknown as Shared<V>
}

/** By tag, so that a Buffer counts as the Uint8Array that it is. */
function constructorOf(source: TypedArray): ViewConstructor<SharedView[typeof Symbol.toStringTag]> {
  return (globalThis as unknown as Record<string, ViewConstructor>)[source[Symbol.toStringTag]]!
}
