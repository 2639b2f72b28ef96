import { readFileSync } from 'node:fs'
import { removeSemaphoreSet, type SemaphoreSetStat, semaphoreValue, statSemaphoreSet } from '@shoal/native'
import { unlessGone } from '../segment-error.js'
import type { SemaphoreRecord } from './record.js'

/** The id of the set that the record describes, if it is still there. */
export function findSemaphoreSet(record: SemaphoreRecord): number | undefined {
  const candidates = record.semid === undefined ? semaphoreSetIds() : [record.semid]
  return candidates.find((semid) => matches(record, semid))
}

/** Removes the set if it is there. Nobody can be attached to one. */
export function removeRecordedSet(record: SemaphoreRecord): true {
  const semid = findSemaphoreSet(record)
  if (semid !== undefined) unlessGone(() => removeSemaphoreSet(semid))
  return true
}

/**
 * Ids are used again, and a set does not tell its creator; but nobody else has the markers. The second one is 1 less until the set has
 * been finished.
 */
function matches({ uid, key, count, markers: [first, second] }: SemaphoreRecord, semid: number): boolean {
  try {
    const stat: SemaphoreSetStat = statSemaphoreSet(semid)
    if (stat.creatorUid !== uid || stat.key !== key || stat.count !== count + 2) return false
    return semaphoreValue(semid, count) === first && [second - 1, second].includes(semaphoreValue(semid, count + 1))
  } catch {
    return false
  }
}

function semaphoreSetIds(): number[] {
  const [head = '', ...rows] = readFileSync('/proc/sysvipc/sem', 'utf8').trim().split('\n')
  const column = head.trim().split(/\s+/).indexOf('semid')
  return rows.map((row) => Number(row.trim().split(/\s+/)[column]))
}
