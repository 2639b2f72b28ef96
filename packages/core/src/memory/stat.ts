import { fstatSync } from 'node:fs'
import { addressOf, descriptorOf, residentBytes, statSysv } from '@shoal/native'
import type { Backing } from './backing.js'
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
  readonly created: Date
  readonly modified: Date
  /** The process that created it, and whether it still lives; undefined where nobody knows who that was. */
  readonly owner: { readonly uid: number; readonly pid: number; readonly alive: boolean } | undefined
}

type Owner = SegmentStat['owner']

export function statBacking(backing: Backing, owner: Owner): SegmentStat {
  const { kind, byteLength, mapping, shmid } = backing
  const common = { kind, name: nameOf(backing), target: targetOf(backing), byteLength, owner }
  const nothing = { residentBytes: 0, hugePageBytes: 0, attached: undefined, mode: 0, created: new Date(0), modified: new Date(0) }
  if (mapping === undefined) return { ...common, ...nothing }
  const memory = {
    residentBytes: Math.min(residentBytes(mapping), byteLength),
    hugePageBytes: Math.min(mappedBytes(addressOf(mapping)).hugePageBytes, byteLength),
  }
  if (shmid !== undefined) {
    const { attached, mode, changeTime } = statSysv(shmid)
    const created = new Date(changeTime * 1000)
    return { ...common, ...memory, attached, mode, created, modified: created }
  }
  const { mode, birthtime, ctime, mtime, birthtimeMs } = fstatSync(descriptorOf(mapping))
  return { ...common, ...memory, attached: undefined, mode: mode & 0o777, created: birthtimeMs > 0 ? birthtime : ctime, modified: mtime }
}

function nameOf({ name }: Backing): string | undefined {
  if (name?.kind === 'file') return name.path
  return name?.kind === 'posix' ? name.name : name && `id ${name.shmid}`
}

function targetOf({ name }: Backing): OpenTarget | undefined {
  if (name?.kind === 'file') return { kind: 'file', path: name.path }
  return name?.kind === 'posix' ? { kind: 'posix', name: name.name } : name && { kind: 'sysv', id: name.shmid }
}
