import { statSync, unlinkSync } from 'node:fs'
import { removeSysv, type SysvStat, statSysv } from '@shoal/native'
import { unlessGone } from '../segment-error.js'
import type { PosixRecord, RegistryRecord, SysvRecord } from './record.js'
import { findSemaphoreSet, removeRecordedSet } from './recorded-semaphores.js'
import { sysvTable } from './sysv-table.js'

export function posixPath(name: string): string {
  return `/dev/shm${name}`
}

/** Whether the object that the record describes is still there, and not another one under its name. */
export function isThere(record: RegistryRecord): boolean {
  if (record.kind === 'semaphore') return findSemaphoreSet(record) !== undefined
  return record.kind === 'posix' ? isSamePosix(record) : findSysv(record) !== undefined
}

/**
 * Removes it if it is there. False: somebody is attached to it, so its record must stay; unless that does not matter, as when its own
 * creator lets go of the name.
 */
export function removeRecorded(record: RegistryRecord, evenAttached = false): boolean {
  if (record.kind === 'semaphore') return removeRecordedSet(record)
  if (record.kind === 'posix') {
    if (isSamePosix(record)) unlessGone(() => unlinkSync(posixPath(record.name)))
    return true
  }
  const found = findSysv(record)
  if (found === undefined) return true
  if (found.stat.attached > 0 && !evenAttached) return false
  unlessGone(() => removeSysv(found.shmid))
  return true
}

function isSamePosix({ name, device, inode }: PosixRecord): boolean {
  const stats = statSync(posixPath(name), { bigint: true, throwIfNoEntry: false })
  return stats !== undefined && String(stats.dev) === device && String(stats.ino) === inode
}

export function findSysv(record: SysvRecord): { shmid: number; stat: SysvStat } | undefined {
  const candidates = record.shmid === undefined ? sysvTable().map((row) => row.shmid) : [record.shmid]
  for (const shmid of candidates) {
    const stat = statOrUndefined(shmid)
    if (stat !== undefined && matches(record, stat)) return { shmid, stat }
  }
  return undefined
}

function matches(record: SysvRecord, stat: SysvStat): boolean {
  if (stat.creatorUid !== record.uid || stat.creatorPid !== record.pid) return false
  if (record.changeTime !== undefined) return stat.changeTime === record.changeTime
  // Not known by its id yet: what was asked for, made by that process no earlier than it was noted.
  return stat.key === record.key && stat.byteLength === record.byteLength && stat.changeTime >= Math.floor(record.created / 1000)
}

function statOrUndefined(shmid: number): SysvStat | undefined {
  try {
    return statSysv(shmid)
  } catch {
    return undefined
  }
}
