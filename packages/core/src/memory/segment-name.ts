import { fstatSync, statSync, unlinkSync } from 'node:fs'
import { getSysv, removePosix, removeSysv } from '@shoal/native'
import { expectedType, requireOptions } from '../errors/index.js'
import { failpoint } from './failpoint.js'
import { checkPath, checkPosixName, type OpenTarget } from './options.js'
import { posixPath } from './registry/index.js'
import { unlessGone } from './segment-error.js'
import { checkSysvId, resolveSysvKey } from './sysv-key.js'

/** Device and inode, as text: what a name led to when it was looked up. */
export interface FileIdentity {
  readonly device: string
  readonly inode: string
}

/** What a segment can be found by, and what tells it from another one that has taken the name since. */
export type SegmentName =
  | { readonly kind: 'sysv'; readonly shmid: number }
  | ({ readonly kind: 'posix'; readonly name: string } & FileIdentity)
  | ({ readonly kind: 'file'; readonly path: string } & FileIdentity)

export function identityOf(fd: number): FileIdentity {
  const { dev, ino } = fstatSync(fd, { bigint: true })
  return { device: String(dev), inode: String(ino) }
}

/** Removes the name if it still leads to the same object. Idempotent. */
export function removeName(name: SegmentName): void {
  if (name.kind === 'sysv') unlessGone(() => removeSysv(name.shmid))
  else {
    const path = name.kind === 'posix' ? posixPath(name.name) : name.path
    const found = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (found !== undefined && String(found.dev) === name.device && String(found.ino) === name.inode) unlessGone(() => unlinkSync(path))
  }
  failpoint('remove.1')
}

/** Removes whatever has the name now. Idempotent. */
export function removeTarget(target: OpenTarget): void {
  requireOptions(target, 'target')
  unlessGone(removalOf(target))
}

function removalOf(target: OpenTarget): () => void {
  switch (target.kind) {
    case 'sysv':
      return () => removeSysv('key' in target ? getSysv(resolveSysvKey(target.key), 0, 0) : checkSysvId(target.id))
    case 'posix':
      return () => removePosix(checkPosixName(target.name))
    case 'file':
      return () => unlinkSync(checkPath(target.path))
    default:
      throw expectedType('kind', "'sysv', 'posix' or 'file'", (target as { kind: unknown }).kind)
  }
}
