import { types } from 'node:util'
import { Deserializer, Serializer } from 'node:v8'
import { otherCopies, ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { lower } from './lower.js'
import { raise } from './raise.js'
import { viewClasses } from './view-classes.js'

/** Structured clone into bytes; memory of segments goes by reference. */
export interface EncodedValue {
  readonly bytes: Uint8Array
  /** Which segments the value refers to. */
  readonly segments: readonly Segment[]
}

const CLASSES = [...viewClasses.keys()]

class ValueSerializer extends Serializer {
  constructor() {
    super()
    ;(this as unknown as { _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void })._setTreatArrayBufferViewsAsHostObjects(true)
  }

  /** Views that are left are over memory of their own, and are copied. */
  _writeHostObject(view: ArrayBufferView): void {
    if (types.isSharedArrayBuffer(view.buffer)) throw unsharedBuffer()
    this.writeUint32(CLASSES.indexOf(Buffer.isBuffer(view) ? 'Buffer' : (view as Uint8Array)[Symbol.toStringTag]))
    this.writeUint32(view.byteLength)
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  }

  _getSharedArrayBufferId(): never {
    throw unsharedBuffer()
  }

  _getDataCloneError = Error
}

/** Writes the content of shared views too. */
class CopySerializer extends ValueSerializer {
  override _writeHostObject(view: ArrayBufferView): void {
    super._writeHostObject(types.isSharedArrayBuffer(view.buffer) ? copyOf(view) : view)
  }
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  const View = viewClasses.get((view as Uint8Array)[Symbol.toStringTag])!
  return new View(bytes.buffer, 0, View.BYTES_PER_ELEMENT === undefined ? bytes.byteLength : bytes.byteLength / View.BYTES_PER_ELEMENT)
}

class ValueDeserializer extends Deserializer {
  _readHostObject(): unknown {
    const name = CLASSES[this.readUint32()]!
    // Out of the message, which may be shared memory that is used again, and must not be kept alive by a small array.
    const bytes = new Uint8Array(this.readRawBytes(this.readUint32()))
    const View = viewClasses.get(name)!
    return new View(bytes.buffer, 0, View.BYTES_PER_ELEMENT === undefined ? bytes.byteLength : bytes.byteLength / View.BYTES_PER_ELEMENT)
  }
}

/**
 * @param coversPlain whether plain `SharedArrayBuffer`s go by reference too; without it those that have before, and others are refused
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE` for functions, symbols and other values that structured clone refuses.
 */
export function encodeValue(value: unknown, coversPlain = false): EncodedValue {
  const lowered = lower(value, coversPlain)
  return { bytes: serialize(new ValueSerializer(), lowered.value), segments: lowered.segments }
}

/**
 * The value with the content of its shared views, for somebody who does not have that memory: they become views over memory of their own.
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE`, for segments and sync objects too
 */
export function encodeCopy(value: unknown): Uint8Array {
  return serialize(new CopySerializer(), value)
}

function serialize(serializer: ValueSerializer, value: unknown): Uint8Array {
  try {
    serializer.writeHeader()
    serializer.writeValue(value)
    return serializer.releaseBuffer()
  } catch (error) {
    if (error instanceof ShoalError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', `Expected a value that structured clone can copy, but: ${reason}`, { cause: error })
  }
}

/** `segments` as the other side's `encodeValue` listed them, each as mapped here. */
export function decodeValue(bytes: Uint8Array, segments: readonly Segment[] = []): unknown {
  return raise(deserialize(bytes), segments)
}

/** V8 writes an error that is its own cause, and can not read it again. */
function deserialize(bytes: Uint8Array): unknown {
  try {
    const deserializer = new ValueDeserializer(bytes)
    deserializer.readHeader()
    return deserializer.readValue()
  } catch (cause) {
    throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', 'Expected a value that structured clone can copy, but it can not be read again', {
      cause,
    })
  }
}

/** Whether the value can travel: that it can be written does not say that it can be read. `mayRefer` says to which segments. */
export function canTravel(value: unknown, mayRefer: (segment: Segment) => boolean): boolean {
  try {
    const { bytes, segments } = encodeValue(value)
    deserialize(bytes)
    return segments.every(mayRefer)
  } catch {
    return false
  }
}

export function unsharedBuffer(): ShoalError {
  return new ShoalError(
    'SHOAL_VALUE_UNCLONEABLE',
    `Expected memory of a segment but received a plain SharedArrayBuffer, which reaches no process: use allocate() or share()${otherCopies()}`,
  )
}
