import type { SharedView, TypedArray } from '../memory/index.js'

/** What an algorithm has to know of the elements of a view, beside how many bytes they have. */
export interface ElementType {
  readonly kind: 'integer' | 'float' | 'bigint'
  /** What an element can be, for integers and bigints; infinite for floats. */
  readonly least: number | bigint
  readonly most: number | bigint
}

const float: ElementType = { kind: 'float', least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

function integer(least: number, most: number): ElementType {
  return { kind: 'integer', least, most }
}

/** By the name of the typed array. The twelve types that native kernels know (`src/kernels/element_type.h` of @shoal/native). */
const elementTypes: ReadonlyMap<string, ElementType> = new Map([
  ['Int8Array', integer(-128, 127)],
  ['Uint8Array', integer(0, 255)],
  ['Uint8ClampedArray', integer(0, 255)],
  ['Int16Array', integer(-32_768, 32_767)],
  ['Uint16Array', integer(0, 65_535)],
  ['Int32Array', integer(-(2 ** 31), 2 ** 31 - 1)],
  ['Uint32Array', integer(0, 2 ** 32 - 1)],
  ['Float16Array', float],
  ['Float32Array', float],
  ['Float64Array', float],
  ['BigInt64Array', { kind: 'bigint', least: -(2n ** 63n), most: 2n ** 63n - 1n }],
  ['BigUint64Array', { kind: 'bigint', least: 0n, most: 2n ** 64n - 1n }],
])

/** The name by which a view is known here: a Buffer counts as the Uint8Array that it is. */
export function typeNameOf(view: TypedArray | SharedView): string {
  return view[Symbol.toStringTag]
}

export function elementTypeOf(view: TypedArray | SharedView): ElementType | undefined {
  return elementTypes.get(typeNameOf(view))
}
