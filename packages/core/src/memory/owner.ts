import type { Backing } from './backing.js'
import { existingRegistryFolder, type FoundRecord, isOwnerAlive, type RegistryRecord, readRecords } from './registry/index.js'
import type { SegmentStat } from './stat.js'

/** Who created it, as far as is known: this process, or what the registry says. */
export function ownerOf({ creation, name }: Backing): SegmentStat['owner'] {
  if (creation !== undefined) return { uid: process.getuid!(), pid: process.pid, alive: true }
  if (name === undefined || name.kind === 'file') return undefined
  const folder = existingRegistryFolder()
  if (folder === undefined) return undefined
  const found = readRecords(folder).find(({ record }) => isOf(record, name))
  return found === undefined ? undefined : recordedOwner(folder, found)
}

export function recordedOwner(folder: string, { owner, record: { uid, pid } }: FoundRecord): NonNullable<SegmentStat['owner']> {
  return { uid, pid, alive: isOwnerAlive(folder, owner) }
}

function isOf(record: RegistryRecord, name: NonNullable<Backing['name']>): boolean {
  if (record.kind === 'posix') return name.kind === 'posix' && record.inode === name.inode && record.device === name.device
  return record.kind === 'sysv' && name.kind === 'sysv' && record.shmid === name.shmid
}
