import { type BigIntStats, chmodSync, chownSync, lstatSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { statPath } from '../stat-path.js'

/**
 * Writes a file as jobs write theirs: it has its name when it is whole, with the rights of the one that it replaces; a symbolic link stays, and
 * what it points at is replaced. Devices, pipes and what a link points at in vain are written into.
 */
export function replaceFile(path: string, text: string): void {
  const replaced = statPath(path)
  const isThere = lstatSync(path, { bigint: true, throwIfNoEntry: false }) !== undefined
  if (isThere && replaced?.isFile() !== true) {
    writeFileSync(path, text)
    return
  }
  const target = isThere ? realpathSync(path) : path
  const partial = `${target}.partial`
  try {
    writeFileSync(partial, text)
    if (replaced !== undefined) takeRights(partial, replaced)
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

/** Its owner, too, where this user may say so. */
function takeRights(path: string, { uid, gid, mode }: BigIntStats): void {
  try {
    chownSync(path, Number(uid), Number(gid))
  } catch {}
  chmodSync(path, Number(mode) & 0o777)
}
