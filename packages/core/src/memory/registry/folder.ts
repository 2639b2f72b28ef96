import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { ShoalError } from '../../errors/index.js'

/** Where this user's notes are, whether or not the folder exists. */
export function registryPath(): string {
  return process.env.SHOAL_REGISTRY ?? `/dev/shm/shoal-${process.getuid!()}`
}

/**
 * The folder, made if need be.
 * @throws ShoalError SHOAL_REGISTRY_REFUSED where somebody else has planted something there
 */
export function registryFolder(): string {
  const path = registryPath()
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw refused(path, 'it cannot be made', cause)
  }
  const complaint = complaintAbout(lstatSync(path))
  if (complaint !== undefined) throw refused(path, complaint)
  return path
}

/** The folder if it is there; undefined if not. */
export function existingRegistryFolder(): string | undefined {
  return lstatSync(registryPath(), { throwIfNoEntry: false }) === undefined ? undefined : registryFolder()
}

function complaintAbout(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return 'it is a symbolic link'
  if (!stats.isDirectory()) return 'it is no directory'
  if (stats.uid !== process.getuid!()) return `it belongs to user ${stats.uid}`
  if ((stats.mode & 0o077) !== 0) return `other users may enter it (mode 0${(stats.mode & 0o777).toString(8)})`
  return undefined
}

function refused(path: string, complaint: string, cause?: unknown): ShoalError {
  return new ShoalError(
    'SHOAL_REGISTRY_REFUSED',
    `The registry '${path}' is not used: ${complaint}. Remove it, or name another folder in SHOAL_REGISTRY`,
    { cause },
  )
}
