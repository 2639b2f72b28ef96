import { types } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { lower, raise } from './references.js'

/** Structured clone into bytes; memory of segments goes by reference. */
export interface EncodedValue {
  readonly bytes: Uint8Array
  /** Which segments the value refers to. */
  readonly segments: readonly Segment[]
}

/** @throws ShoalError `SHOAL_VALUE_UNCLONEABLE` for functions, symbols and other values that structured clone refuses. */
export function encodeValue(value: unknown): EncodedValue {
  const lowered = lower(value)
  try {
    return { bytes: serialize(lowered.value), segments: lowered.segments }
  } catch (error) {
    throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', `Expected a value that structured clone can copy, but: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

/** `segments` as the other side's `encodeValue` listed them, each as mapped here. */
export function decodeValue(bytes: Uint8Array, segments: readonly Segment[] = []): unknown {
  return raise(deserialize(bytes), segments)
}

function reasonOf(error: unknown): string {
  const message = types.isNativeError(error) ? error.message : String(error)
  return /SharedArrayBuffer/.test(message) ? `${message} (plain shared memory reaches no process: use allocate() or share())` : message
}
