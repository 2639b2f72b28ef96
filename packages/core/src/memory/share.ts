import { types } from 'node:util'
import { copyIn } from '@shoal/native'
import { checkAbortSignal, checkOptions, expectedType } from '../errors/index.js'
import { allocate } from './allocate.js'
import { checkOpen } from './check-open.js'
import { backingOf } from './segment.js'
import { segmentOf } from './segment-of.js'
import type { Shared, SharedView, TypedArray, ViewConstructor } from './views.js'

/**
 * A copy of `source` in a new anonymous segment: one copy in, then shared.
 * @example
 * const prices = share(Float64Array.from(rows, (row) => row.price))
 */
export function share<V extends TypedArray>(source: V): Shared<V> {
  const copy = allocateLike(source)
  // Equal element types on both sides, which the union type cannot say.
  ;(copy as unknown as Uint8Array).set(source as unknown as Uint8Array)
  return copy as unknown as Shared<V>
}

const stepBytes = 64 * 2 ** 20

/**
 * The same, copied off the main thread. `source` must not change before the promise is settled.
 * @throws the signal's reason
 * @example
 * const prices = await shareAsync(await readPrices())
 */
export async function shareAsync<V extends TypedArray>(source: V, options: { signal?: AbortSignal } = {}): Promise<Shared<V>> {
  checkOptions(options)
  checkAbortSignal(options.signal)
  options.signal?.throwIfAborted()
  const copy = allocateLike(source)
  const segment = segmentOf(copy)!
  const { mapping } = backingOf(segment)
  try {
    for (let from = 0; mapping !== undefined && from < copy.byteLength; from += stepBytes) {
      options.signal?.throwIfAborted()
      await copyIn(mapping, source, from, Math.min(stepBytes, copy.byteLength - from))
    }
  } catch (error) {
    segment.close() // half a copy must not wait for the collector
    throw error
  }
  return copy as unknown as Shared<V>
}

function allocateLike(source: TypedArray): SharedView {
  if (!types.isTypedArray(source)) throw expectedType('source', 'a typed array', source)
  checkOpen('source', source)
  return allocate(constructorOf(source), source.length) as SharedView
}

/** By tag, so that a Buffer counts as the Uint8Array that it is. */
function constructorOf(source: TypedArray): ViewConstructor {
  return (globalThis as unknown as Record<string, ViewConstructor>)[source[Symbol.toStringTag]]!
}
