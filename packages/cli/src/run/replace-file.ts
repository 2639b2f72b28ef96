import { chmodSync, chownSync, lstatSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'

/**
 * Writes a file as jobs write theirs: it has its name when it is whole, with the rights of the one that it replaces; a symbolic link stays, and
 * what it points at is replaced. Devices, pipes and what a link points at in vain are written into.
 */
export function replaceFile(path: string, text: string): void {
  const replaced = statSync(path, { throwIfNoEntry: false })
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined
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
function takeRights(path: string, { uid, gid, mode }: Stats): void {
  try {
    chownSync(path, uid, gid)
  } catch {}
  chmodSync(path, mode & 0o777)
}
