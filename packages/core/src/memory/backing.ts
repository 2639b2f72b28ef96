import { bufferOf, type Mapping } from '@shoal/native'
import type { Access, SegmentKind } from './options.js'
import { newSegmentId } from './segment-id.js'

/** What stands behind a segment: a mapping of this environment, or the buffer of another one. */
export interface Backing {
  readonly id: string
  readonly kind: SegmentKind
  readonly access: Access
  readonly buffer: SharedArrayBuffer
  readonly byteLength: number
  /** Where in the file it starts; 0 for the other kinds. */
  readonly byteOffset: number
  /** Undefined for segments of 0 bytes (there is nothing to map) and for adopted ones (another thread holds it). */
  readonly mapping: Mapping | undefined
  /** The System V id. */
  readonly shmid?: number
}

interface BackingFacts {
  readonly kind: SegmentKind
  readonly access: Access
  readonly byteLength: number
  readonly id?: string
  readonly byteOffset?: number
  readonly shmid?: number
}

/** The backing over a mapping, or over nothing for 0 bytes. */
export function backingOver(mapping: Mapping | undefined, facts: BackingFacts): Backing {
  const buffer = mapping === undefined ? new SharedArrayBuffer(0) : bufferOf(mapping)
  return { id: newSegmentId(), byteOffset: 0, ...facts, mapping, buffer }
}
