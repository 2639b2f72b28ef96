import type { Serializer } from 'node:v8'
import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { lower } from './lower.js'
import { raise } from './raise.js'
import { serializers } from './serializers.js'

/** Structured clone into bytes; memory of segments goes by reference. */
export interface EncodedValue {
  readonly bytes: Uint8Array
  /** Which segments the value refers to. */
  readonly segments: readonly Segment[]
}

/**
 * @param coversPlain whether plain `SharedArrayBuffer`s go by reference too; without it those that have before, and others are refused
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE` for functions, symbols and other values that structured clone refuses.
 */
export function encodeValue(value: unknown, coversPlain = false): EncodedValue {
  const lowered = lower(value, coversPlain)
  const { ValueSerializer } = serializers()
  return { bytes: serialize(new ValueSerializer(), lowered.value), segments: lowered.segments }
}

/**
 * The value with the content of its shared views, for somebody who does not have that memory: they become views over memory of their own.
 * @throws ShoalError `SHOAL_VALUE_UNCLONEABLE`, for segments and sync objects too
 */
export function encodeCopy(value: unknown): Uint8Array {
  const { CopySerializer } = serializers()
  return serialize(new CopySerializer(), value)
}

function serialize(serializer: Serializer, value: unknown): Uint8Array {
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
    const { ValueDeserializer } = serializers()
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
