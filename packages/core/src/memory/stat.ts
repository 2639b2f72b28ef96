import { fstatSync, type Stats, statSync } from 'node:fs'
import { addressOf, descriptorOf, residentBytes, statSysv } from '@shoal/native'
import type { Backing } from './backing.js'
import { allocatedBytes } from './memory-budget.js'
import type { OpenTarget, SegmentKind } from './options.js'
import { mappedBytes } from './smaps.js'

/** What is known of a segment. */
export interface SegmentStat {
  readonly kind: SegmentKind
  /** Path, posix name, or System V key and id; undefined for anonymous ones. */
  readonly name: string | undefined
  /** What `Segment.open` and `Segment.remove` take; undefined for anonymous ones. */
  readonly target: OpenTarget | undefined
  readonly byteLength: number
  /** In memory now, for all who share it. */
  readonly residentBytes: number
  /** Of these, in huge pages as this process maps them. */
  readonly hugePageBytes: number
  /** Attachments of all processes; only System V counts them. */
  readonly attached: number | undefined
  /** Permissions, e.g. 0o600. */
  readonly mode: number
  /** The user who owns it, whoever created it. */
  readonly uid: number
  readonly created: Date
  readonly modified: Date
  /** The process that created it, and whether it still lives; undefined where nobody knows who that was. */
  readonly owner: { readonly uid: number; readonly pid: number; readonly alive: boolean } | undefined
}

type Owner = SegmentStat['owner']

export function statBacking(backing: Backing, owner: Owner): SegmentStat {
  const { kind, byteLength, mapping, shmid } = backing
  const common = { kind, name: nameOf(backing), target: targetOf(backing), byteLength, owner }
  if (mapping === undefined) return { ...common, residentBytes: 0, hugePageBytes: 0, attached: undefined, ...factsOfNothing(backing) }
  const memory = {
    residentBytes: Math.min(kind === 'posix' ? allocatedBytes(mapping) : residentBytes(mapping), byteLength), // posix ones are reserved
    hugePageBytes: Math.min(mappedBytes(addressOf(mapping)).hugePageBytes, byteLength),
  }
  if (shmid !== undefined) {
    const { attached, mode, uid, changeTime } = statSysv(shmid)
    const created = new Date(changeTime * 1000)
    return { ...common, ...memory, attached, mode, uid, created, modified: created }
  }
  return { ...common, ...memory, attached: undefined, ...factsOf(fstatSync(descriptorOf(mapping))) }
}

function factsOf({ mode, uid, birthtime, ctime, mtime, birthtimeMs }: Stats) {
  return { mode: mode & 0o777, uid, created: birthtimeMs > 0 ? birthtime : ctime, modified: mtime }
}

/** Of 0 bytes: a file may be there, without a mapping that has its descriptor. */
function factsOfNothing({ name }: Backing) {
  const stats = name?.kind === 'file' ? statSync(name.path, { throwIfNoEntry: false }) : undefined
  return stats === undefined ? { mode: 0, uid: process.getuid!(), created: new Date(0), modified: new Date(0) } : factsOf(stats)
}

function nameOf({ name }: Backing): string | undefined {
  if (name?.kind === 'file') return name.path
  return name?.kind === 'posix' ? name.name : name && `id ${name.shmid}`
}

function targetOf({ name }: Backing): OpenTarget | undefined {
  if (name?.kind === 'file') return { kind: 'file', path: name.path }
  return name?.kind === 'posix' ? { kind: 'posix', name: name.name } : name && { kind: 'sysv', id: name.shmid }
}
