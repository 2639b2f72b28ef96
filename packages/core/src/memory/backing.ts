import { bufferOf, type Mapping } from '@shoal/native'
import type { Access, SegmentKind } from './options.js'
import { newSegmentId } from './segment-id.js'
import type { SegmentName } from './segment-name.js'

/** What stands behind a segment: a mapping of this environment, or the buffer of another one. */
export interface Backing {
  readonly id: string
  readonly kind: SegmentKind
  readonly access: Access
  readonly buffer: SharedArrayBuffer
  readonly byteLength: number
  /** Where in the file it starts; 0 for the other kinds. */
  readonly byteOffset: number
  /** Undefined for segments of 0 bytes: there is nothing to map. */
  readonly mapping: Mapping | undefined
  /** The mapping is another thread's, which may let go of it. */
  readonly adopted?: boolean
  /** Made by JavaScript, and of no segment to whoever asks its buffer. */
  readonly isPlain?: boolean
  /** The System V id. */
  readonly shmid?: number | undefined
  /** What it can be found by; undefined for anonymous segments and those that were handed over. */
  readonly name?: SegmentName | undefined
  /** Of a file that was handed over: what messages call it. It is not found by it here. */
  readonly path?: string | undefined
  /** Only where this segment created the object. */
  readonly creation?: Creation | undefined
}

export interface Creation {
  readonly persist: boolean
  /** Its note in the registry. */
  readonly record?: string | undefined
}

type BackingFacts = Pick<Backing, 'kind' | 'access' | 'byteLength' | 'shmid' | 'name' | 'path' | 'creation'> & {
  readonly id?: string | undefined
  readonly byteOffset?: number
}

/** The backing over a mapping, or over nothing for 0 bytes. */
export function backingOver(mapping: Mapping | undefined, facts: BackingFacts): Backing {
  const { id = newSegmentId(), kind, access, byteLength, byteOffset = 0, shmid, name, path, creation } = facts
  const buffer = mapping === undefined ? new SharedArrayBuffer(0) : bufferOf(mapping)
  return { id, kind, access, buffer, byteLength, byteOffset, mapping, shmid, name, path, creation } // spreading the facts would take 2.5 µs
}

/** How messages call it. */
export function subjectOf({ kind, byteLength, name, path }: Backing): string {
  if (name?.kind === 'file') return `file '${name.path}'`
  if (path !== undefined) return `file '${path}'`
  if (name?.kind === 'posix') return `posix segment '${name.name}'`
  if (name?.kind === 'sysv') return `sysv segment with id ${name.shmid}`
  return `${kind} segment of ${byteLength} bytes`
}
