import { statSync } from 'node:fs'
import { recordedOwner } from './owner.js'
import { existingRegistryFolder, type FoundRecord, findSysv, isThere, posixPath, readRecords, sysvTable } from './registry/index.js'
import type { SegmentStat } from './stat.js'
import { keyText } from './sysv-key.js'

/** The named segments that this user's programs have created with Shoal and that are still there. */
export function listSegments(): SegmentStat[] {
  const folder = existingRegistryFolder()
  if (folder === undefined) return []
  return readRecords(folder).flatMap((found) => statRecorded(found.record, recordedOwner(folder, found)) ?? [])
}

type Recorded = FoundRecord['record']

/** Undefined for what is gone, also when it goes meanwhile, and for what is no segment. */
function statRecorded(record: Recorded, owner: SegmentStat['owner']): SegmentStat | undefined {
  const common = { byteLength: record.byteLength, hugePageBytes: 0, created: new Date(record.created), owner }
  if (record.kind === 'posix') {
    const stats = isThere(record) ? statSync(posixPath(record.name), { throwIfNoEntry: false }) : undefined
    if (stats === undefined) return undefined
    const residentBytes = Math.min(stats.blocks * 512, record.byteLength)
    const mode = stats.mode & 0o777
    const target = { kind: 'posix', name: record.name } as const
    return {
      ...common,
      kind: 'posix',
      name: record.name,
      target,
      residentBytes,
      attached: undefined,
      mode,
      uid: stats.uid,
      modified: stats.mtime,
    }
  }
  const found = record.kind === 'sysv' ? findSysv(record) : undefined
  if (found === undefined) return undefined
  const { shmid, stat } = found
  return {
    ...common,
    kind: 'sysv',
    name: `key ${keyText(record.key)}, id ${shmid}`,
    target: { kind: 'sysv', id: shmid },
    residentBytes: sysvTable().find((row) => row.shmid === shmid)?.residentBytes ?? 0,
    attached: stat.attached,
    mode: stat.mode,
    uid: stat.uid,
    modified: new Date(stat.changeTime * 1000),
  }
}
