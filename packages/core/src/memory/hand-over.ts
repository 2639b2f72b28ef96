import { closeDescriptor, descriptorOf, mapDescriptor, mappingUnder } from '@shoal/native'
import { type Backing, backingOver } from './backing.js'
import { operations } from './later.js'
import type { Access, SegmentKind } from './options.js'
import { adoptPlain } from './plain-segment.js'
import { backingOf, type Segment, segmentOver } from './segment.js'
import { naming } from './segment-error.js'
import { segmentOfBuffer } from './segment-of-buffer.js'

/** Plain data that, with the descriptor, opens the same memory in another process of this machine. */
export interface HandOver {
  readonly id: string
  readonly kind: SegmentKind
  readonly byteLength: number
  readonly byteOffset: number
  readonly access: Access
  /** A plain `SharedArrayBuffer`, for threads only. */
  readonly isPlain?: true
  /** System V only; it has no descriptor. */
  readonly shmid?: number
  /** Of a file, for messages. */
  readonly path?: string
}

/** The descriptor stays the segment's own; −1 where there is none (System V, 0 bytes). */
export function handOver(segment: Segment): { readonly data: HandOver; readonly fd: number } {
  const { id, kind, byteLength, byteOffset, access, shmid, mapping, isPlain, name } = backingOf(segment)
  const data = {
    id,
    kind,
    byteLength,
    byteOffset,
    access,
    ...(shmid === undefined ? {} : { shmid }),
    ...(isPlain === true ? { isPlain } : {}),
    ...(name?.kind === 'file' ? { path: name.path } : {}),
  }
  return { data, fd: mapping === undefined ? -1 : descriptorOf(mapping) }
}

/** In another process: maps what was handed over. Owns `fd` from here on. */
export function takeOver(data: HandOver, fd: number): Segment {
  return segmentOver(naming(`${data.kind} segment ${data.id} that was handed over`, () => takeOverBacking(data, fd)))
}

function takeOverBacking(data: HandOver, fd: number): Backing {
  const { kind, byteLength, byteOffset, access, id, shmid, path } = data
  if (shmid !== undefined) return operations().attachSysv(shmid, access, id)
  if (byteLength === 0) {
    if (fd >= 0) closeDescriptor(fd)
    return backingOver(undefined, { id, kind, access, byteLength, byteOffset, path })
  }
  return backingOver(mapDescriptor(fd, byteOffset, byteLength, access), { id, kind, access, byteLength, byteOffset, path })
}

/** In another thread of the creator's process: the creator's own buffer, received by message. */
export function adopt(data: HandOver, buffer: SharedArrayBuffer): Segment {
  if (data.isPlain === true) return adoptPlain(buffer, data.id)
  const known = segmentOfBuffer(buffer)
  if (known !== undefined) return known
  return segmentOver({ ...data, buffer, mapping: data.byteLength === 0 ? undefined : mappingUnder(buffer), adopted: true })
}
