import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isFileLocked, tryLockFile } from '@shoal/native'
import { failpoint } from '../failpoint.js'
import { unlessGone } from '../segment-error.js'
import { existingRegistryFolder } from './folder.js'
import { currentNamespaces, dropParts, dropRecord, filesOfOwner, ownerFiles, type RegistryRecord, readRecords } from './record.js'
import { isThere, removeRecorded } from './recorded-object.js'

/** Removes what dead processes of this user left, owner by owner; yields what it removed. Safe beside others doing the same. */
export function* cleanOwners(): Generator<RegistryRecord[]> {
  const folder = existingRegistryFolder()
  if (folder === undefined) return
  for (const owner of ownerFiles(folder)) yield cleanOwner(folder, owner)
}

/** All at once. */
export function cleanNow(): RegistryRecord[] {
  return [...cleanOwners()].flat()
}

/** Whether the process behind an owner file lives. */
export function isOwnerAlive(folder: string, owner: string): boolean {
  const fd = openOrUndefined(join(folder, owner))
  if (fd === undefined) return false
  try {
    return isFileLocked(fd)
  } finally {
    closeSync(fd)
  }
}

function cleanOwner(folder: string, owner: string): RegistryRecord[] {
  const path = join(folder, owner)
  const fd = openOrUndefined(path)
  if (fd === undefined) return []
  try {
    // Not ours to clean: its process lives, another cleaner is at it, or that one has just finished and the file is no longer there.
    if (!tryLockFile(fd) || fstatSync(fd).ino !== statSync(path, { throwIfNoEntry: false })?.ino) return []
    failpoint('clean.1')
    return removeAllOf(folder, owner)
  } finally {
    closeSync(fd)
  }
}

function removeAllOf(folder: string, owner: string): RegistryRecord[] {
  const removed: RegistryRecord[] = []
  const here = currentNamespaces()
  for (const { path, record } of readRecords(folder).filter((found) => found.owner === owner)) {
    if (record.namespaces.ipc !== here.ipc || record.namespaces.pid !== here.pid) continue
    if (record.persist && isThere(record)) continue
    const wasThere = isThere(record)
    if (!removeRecorded(record)) continue
    failpoint('clean.2')
    dropRecord(path)
    failpoint('clean.3')
    if (wasThere) removed.push(record)
  }
  dropParts(folder, owner)
  if (filesOfOwner(folder, owner).length === 0) {
    unlessGone(() => unlinkSync(join(folder, owner)))
    failpoint('clean.4')
  }
  return removed
}

function openOrUndefined(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOFOLLOW)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
