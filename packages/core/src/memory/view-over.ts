import { constants } from 'node:buffer'
import { expectedRange, expectedType } from '../errors/index.js'
import type { SharedOf, SharedView, ViewConstructor } from './views.js'

/** `Float16Array` where the runtime has it. */
const constructors: ReadonlySet<unknown> = new Set([
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  (globalThis as { Float16Array?: unknown }).Float16Array ?? Float64Array,
])

export function checkViewConstructor(type: unknown): void {
  if (!constructors.has(type)) throw expectedType('type', 'a typed-array constructor of Int8Array … BigUint64Array', type)
}

type Constructor = new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => SharedView

/**
 * A view of `length` elements (as many as fit, if left out) from `byteOffset` on.
 * @throws RangeError where the view would not fit, would be misaligned, or would be longer than one typed array can be
 */
export function viewOver<C extends ViewConstructor>(buffer: SharedArrayBuffer, type: C, byteOffset = 0, length?: number): SharedOf<C> {
  checkViewConstructor(type)
  const bytes = type.BYTES_PER_ELEMENT
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset > buffer.byteLength) {
    throw expectedRange('byteOffset', `an integer from 0 to ${buffer.byteLength}`, byteOffset)
  }
  if (byteOffset % bytes !== 0) throw expectedRange('byteOffset', `a multiple of ${bytes} for ${type.name}`, byteOffset)
  const fitting = Math.floor((buffer.byteLength - byteOffset) / bytes)
  const count = length === undefined ? fitting : length
  if (!Number.isInteger(count) || count < 0 || count > fitting) throw expectedRange('length', `an integer from 0 to ${fitting}`, length)
  if (count > constants.MAX_LENGTH) {
    throw expectedRange(
      'length',
      `at most ${constants.MAX_LENGTH} elements, the longest ${type.name} of Node ${process.version} (use several views with a byteOffset, or Node 22 or later)`,
      count,
    )
  }
  return new (type as unknown as Constructor)(buffer, byteOffset, count) as SharedOf<C>
}
