import { statSync } from 'node:fs'
import {
  existingRegistryFolder,
  findSysv,
  isOwnerAlive,
  isThere,
  posixPath,
  readRecords,
  type SegmentRecord,
  sysvTable,
} from './registry/index.js'
import type { SegmentStat } from './stat.js'
import { keyText } from './sysv-key.js'

/** The named segments that this user's programs have created with Shoal and that are still there. */
export function listSegments(): SegmentStat[] {
  const folder = existingRegistryFolder()
  if (folder === undefined) return []
  return readRecords(folder).flatMap(({ owner, record }) =>
    record.kind !== 'semaphore' && isThere(record) ? [statRecorded(folder, owner, record)] : [],
  )
}

function statRecorded(folder: string, owner: string, record: SegmentRecord): SegmentStat {
  const common = {
    kind: record.kind,
    byteLength: record.byteLength,
    hugePageBytes: 0,
    created: new Date(record.created),
    owner: { uid: record.uid, alive: isOwnerAlive(folder, owner) },
  }
  if (record.kind === 'posix') {
    const { blocks, mode, mtime } = statSync(posixPath(record.name))
    const residentBytes = Math.min(blocks * 512, record.byteLength)
    return { ...common, name: record.name, residentBytes, attached: undefined, mode: mode & 0o777, modified: mtime }
  }
  const { shmid, stat } = findSysv(record)!
  return {
    ...common,
    name: `key ${keyText(record.key)}, id ${shmid}`,
    residentBytes: sysvTable().find((row) => row.shmid === shmid)?.residentBytes ?? 0,
    attached: stat.attached,
    mode: stat.mode,
    modified: new Date(stat.changeTime * 1000),
  }
}
