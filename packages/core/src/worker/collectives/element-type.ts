import type { TypedArray } from '../../memory/index.js'

/** A constructor of typed arrays that gives each view its own type back. */
export interface ElementType {
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray
}

const { Float16Array } = globalThis as unknown as { Float16Array?: ElementType }

/** `Float16Array` where the runtime has it: all ranks of a region run on one. */
export const elementTypes = [
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
  ...(Float16Array ? [Float16Array] : []),
] as readonly ElementType[]

/** By the tag, which a `Buffer` and a view from another realm have too. Undefined for what is no typed array, and for `DataView`. */
export function elementTypeOf(value: unknown): ElementType | undefined {
  if (!ArrayBuffer.isView(value)) return undefined
  const tag = (value as TypedArray)[Symbol.toStringTag]
  return elementTypes.find((type) => type.name === tag)
}
