import { Deserializer, Serializer } from 'node:v8'
import { ShoalError } from '../errors/index.js'
import { type Segment, segmentOf, type TypedArray } from '../memory/index.js'

/**
 * Structured clone into bytes, with one difference: memory of segments goes by reference. A view becomes (segment, type, offset, length);
 * the other side puts its own mapping in. Bare buffers are refused: Node's Deserializer can not read shared ones back.
 */

const TYPES = [
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
  DataView,
] as const
const NODE_BUFFER = TYPES.length

const Tag = { reference: 1, copy: 2 } as const

/** Which segments a value needs, by their place in `segments`. */
export interface EncodedValue {
  readonly bytes: Uint8Array
  readonly segments: readonly Segment[]
}

type AnyView = TypedArray | DataView

function typeIndex(view: AnyView): number {
  if (Buffer.isBuffer(view)) return NODE_BUFFER
  const name = (view as { [Symbol.toStringTag]: string })[Symbol.toStringTag]
  return TYPES.findIndex((type) => type.name === name)
}

class ValueSerializer extends Serializer {
  readonly segments: Segment[] = []

  constructor() {
    super()
    ;(this as unknown as { _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void })._setTreatArrayBufferViewsAsHostObjects(true)
  }

  reference(segment: Segment): number {
    const found = this.segments.indexOf(segment)
    return found !== -1 ? found : this.segments.push(segment) - 1
  }

  _writeHostObject(view: AnyView): void {
    const type = typeIndex(view)
    const segment = segmentOf(view as TypedArray)
    if (segment !== undefined) {
      this.writeUint32(Tag.reference)
      this.writeUint32(type)
      this.writeUint32(this.reference(segment))
      this.writeDouble(view.byteOffset)
      this.writeDouble('length' in view ? view.length : view.byteLength)
      return
    }
    if (view.buffer instanceof SharedArrayBuffer) throw unsharedBuffer()
    this.writeUint32(Tag.copy)
    this.writeUint32(type)
    this.writeUint32(view.byteLength)
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  }

  _getSharedArrayBufferId(buffer: SharedArrayBuffer): never {
    if (segmentOf(buffer) === undefined) throw unsharedBuffer()
    throw new ShoalError(
      'SHOAL_VALUE_UNCLONEABLE',
      'Expected a view over a segment but received its buffer alone: pass new DataView(buffer)',
    )
  }

  _getDataCloneError = Error
}

class ValueDeserializer extends Deserializer {
  readonly #segments: readonly Segment[]

  constructor(bytes: Uint8Array, segments: readonly Segment[]) {
    super(bytes)
    this.#segments = segments
  }

  _readHostObject(): unknown {
    const tag = this.readUint32()
    const type = this.readUint32()
    const View = (TYPES[type] ?? Uint8Array) as unknown as new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => AnyView
    if (tag === Tag.reference) {
      const buffer = this.#segments[this.readUint32()]!.buffer
      const byteOffset = this.readDouble()
      const length = this.readDouble()
      return new View(buffer, byteOffset, length)
    }
    // The raw bytes lie inside the message: out of it, so that a small array does not keep a large message alive, and aligned.
    const raw = this.readRawBytes(this.readUint32())
    const bytes = Uint8Array.from(raw)
    return type === NODE_BUFFER ? Buffer.from(bytes.buffer) : new View(bytes.buffer)
  }
}

/** @throws ShoalError `SHOAL_VALUE_UNCLONEABLE` for functions, symbols and other values that structured clone refuses. */
export function encodeValue(value: unknown): EncodedValue {
  const serializer = new ValueSerializer()
  try {
    serializer.writeHeader()
    serializer.writeValue(value)
  } catch (error) {
    if (error instanceof ShoalError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', `Expected a value that structured clone can copy, but: ${reason}`, { cause: error })
  }
  return { bytes: serializer.releaseBuffer(), segments: serializer.segments }
}

/** `segments` as the other side's `encodeValue` listed them, each as mapped here. */
export function decodeValue(bytes: Uint8Array, segments: readonly Segment[] = []): unknown {
  const deserializer = new ValueDeserializer(bytes, segments)
  deserializer.readHeader()
  return deserializer.readValue()
}

function unsharedBuffer(): ShoalError {
  return new ShoalError(
    'SHOAL_VALUE_UNCLONEABLE',
    'Expected memory of a segment but received a plain SharedArrayBuffer, which reaches no process: use allocate() or share()',
  )
}
