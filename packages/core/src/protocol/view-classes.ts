interface ViewClass {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView
  readonly BYTES_PER_ELEMENT?: number
}

/** Node's own kind of Uint8Array, which has no public constructor over a buffer. */
const NodeBuffer = function NodeBuffer(buffer: ArrayBuffer, byteOffset: number, length: number): Buffer {
  return Buffer.from(buffer, byteOffset, length)
} as unknown as ViewClass

/** Every kind of view by its name; `Float16Array` where the runtime has it. */
export const viewClasses: ReadonlyMap<string, ViewClass> = new Map<string, ViewClass | undefined>([
  ['Int8Array', Int8Array],
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Int16Array', Int16Array],
  ['Uint16Array', Uint16Array],
  ['Int32Array', Int32Array],
  ['Uint32Array', Uint32Array],
  ['Float16Array', (globalThis as { Float16Array?: ViewClass }).Float16Array],
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
  ['BigInt64Array', BigInt64Array],
  ['BigUint64Array', BigUint64Array],
  ['DataView', DataView],
  ['Buffer', NodeBuffer],
] as [string, ViewClass | undefined][]) as Map<string, ViewClass>
