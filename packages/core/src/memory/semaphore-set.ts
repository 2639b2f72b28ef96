import {
  getSemaphoreSet,
  operateSemaphores,
  removeSemaphoreSet,
  type SemaphoreSetStat,
  semaphoreFlags,
  setSemaphores,
  statSemaphoreSet,
  sysvFlags,
} from '@shoal/native'
import { requireOptions, ShoalError } from '../errors/index.js'
import type { SysvKey } from './options.js'
import {
  addRecord,
  cleanNow,
  completeRecord,
  dropRecord,
  existingRegistryFolder,
  findSemaphoreSet,
  keepHouse,
  readRecords,
} from './registry/index.js'
import { isSystemError } from './segment-error.js'
import { checkSysvId, keyText, resolveSysvKey } from './sysv-key.js'

export interface NewSemaphoreSet {
  /** 0: private. */
  readonly key: number
  readonly values: readonly number[]
  readonly mode: number
  readonly persist: boolean
}

/** Which set of semaphores is meant. */
export type SetTarget = { readonly key: SysvKey } | { readonly id: number }

/**
 * A new set of System V semaphores, recorded before it is made: the kernel keeps even a private one until somebody removes it. Two
 * semaphores behind the others hold markers.
 */
export function createSemaphoreSet({ key, values, mode, persist }: NewSemaphoreSet): { semid: number; remove: () => void } {
  const markers = [marker(), marker()] as const
  const count = values.length
  const record = addRecord({ kind: 'semaphore', key, count, markers, byteLength: 0, persist })
  keepHouse()
  let semid: number | undefined
  try {
    semid = getOrClean(key, count + 2, sysvFlags.create | sysvFlags.exclusive | mode)
    setSemaphores(semid, [...values, markers[0], markers[1] - 1])
    completeRecord(record, { semid })
    // The first operation sets the time by which others see that the values are there.
    operateSemaphores(semid, Int16Array.of(count + 1, 1, semaphoreFlags.noWait), 0)
    const created = semid
    return { semid, remove: () => removeSet(created, record) }
  } catch (cause) {
    if (semid !== undefined) removeSemaphoreSet(semid)
    dropRecord(record)
    throw creationError(key, count, cause)
  }
}

/**
 * A set that any program has made, as it is now.
 * @throws ShoalError `SHOAL_SEMAPHORE_NOT_FOUND`, `SHOAL_SEMAPHORE_ACCESS`
 */
export function findSet(target: SetTarget): SemaphoreSetStat & { readonly semid: number } {
  return naming(target, () => {
    const semid = idOf(target)
    return { semid, ...statSemaphoreSet(semid) }
  })
}

/** @throws ShoalError `SHOAL_SEMAPHORE_ACCESS` */
export function removeSetIfThere(target: SetTarget): void {
  try {
    naming(target, () => removeSemaphoreSet(idOf(target)))
  } catch (error) {
    if ((error as ShoalError).code !== 'SHOAL_SEMAPHORE_NOT_FOUND') throw error
  }
}

/** The sets that this user's programs have made with Shoal and that are still there. */
export function listSemaphoreSets(): { semid: number; key: number; count: number }[] {
  const folder = existingRegistryFolder()
  if (folder === undefined) return []
  return readRecords(folder).flatMap(({ record }) => {
    const semid = record.kind === 'semaphore' ? findSemaphoreSet(record) : undefined
    return semid === undefined || record.kind !== 'semaphore' ? [] : [{ semid, key: record.key, count: record.count }]
  })
}

/** Checked: the addon would take what is no id for 0, which may be another program's set. */
function idOf(target: SetTarget): number {
  requireOptions(target, 'target', 'an object with the key or the id of a set')
  return 'id' in target ? checkSysvId(target.id) : getSemaphoreSet(resolveSysvKey(target.key), 0, 0)
}

function naming<T>(target: SetTarget, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    throw semaphoreSetError(target, cause)
  }
}

/** The coded error where a set is not there, or not for this user. The cause is kept. */
export function semaphoreSetError(target: SetTarget, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause
  const { code = '', message } = cause
  const which = 'id' in target ? `id ${target.id}` : `key ${keyText(resolveSysvKey(target.key))}`
  if (['ENOENT', 'EINVAL', 'EIDRM'].includes(code)) {
    const sentence = `There is no set of semaphores with ${which}, or no longer; create it first, or use openOrCreate with a key (${message})`
    return new ShoalError('SHOAL_SEMAPHORE_NOT_FOUND', sentence, { cause })
  }
  if (['EACCES', 'EPERM'].includes(code)) {
    const sentence = `The set of semaphores with ${which} may not be used so by this user: its mode and owner do not allow it (${message})`
    return new ShoalError('SHOAL_SEMAPHORE_ACCESS', sentence, { cause })
  }
  return cause
}

function removeSet(semid: number, record: string): void {
  removeSetIfThere({ id: semid })
  dropRecord(record)
}

function creationError(key: number, count: number, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause
  // Some come after the set is made: to fill it takes the same rights as to use it. What else asks for rights is the registry.
  if (['EACCES', 'EPERM'].includes(cause.code ?? '') && cause.syscall?.startsWith('sem')) {
    const message = `The set of semaphores would be closed to the user who makes it: its mode must let its owner read and write, as 0o600 does (${cause.message})`
    return new ShoalError('SHOAL_SEMAPHORE_ACCESS', message, { cause })
  }
  if (cause.code === 'EEXIST') {
    const message = `There is a set of semaphores with key ${keyText(key)} already; open it, remove it first, or use SysvSemaphore.openOrCreate`
    return new ShoalError('SHOAL_SEMAPHORE_EXISTS', message, { cause })
  }
  if (cause.code === 'ENOSPC') {
    const message = 'The system has as many sets of semaphores as it may have (sysctl kernel.sem); ipcs -s lists them'
    return new ShoalError('SHOAL_SEMAPHORE_LIMIT', message, { cause })
  }
  if (cause.code === 'EINVAL') {
    const message = `A set may not have as many as ${count} semaphores, and two more (sysctl kernel.sem, the first number)`
    return new ShoalError('SHOAL_SEMAPHORE_LIMIT', message, { cause })
  }
  return cause
}

/** What has the key may be the leftover of a dead process. */
function getOrClean(key: number, count: number, flags: number): number {
  try {
    return getSemaphoreSet(key, count, flags)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || cleanNow().length === 0) throw cause
    return getSemaphoreSet(key, count, flags)
  }
}

/** From 2 to the largest value of a semaphore, less 1. */
function marker(): number {
  return 2 + Math.floor(Math.random() * (0x7fff - 2))
}
