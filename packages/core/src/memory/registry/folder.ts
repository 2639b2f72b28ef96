import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { isAbsolute } from 'node:path'
import { expectedRange, ShoalError } from '../../errors/index.js'

/** Where this user's notes are, whether or not the folder exists. */
function registryPath(): string {
  const named = process.env.SHOAL_REGISTRY
  // Programs in other folders have to find it.
  if (named && !isAbsolute(named)) throw expectedRange('SHOAL_REGISTRY', 'an absolute path', named)
  return named || `/dev/shm/shoal-${process.getuid!()}`
}

function isNamed(): boolean {
  return Boolean(process.env.SHOAL_REGISTRY)
}

/**
 * The folder, made if need be.
 * @throws ShoalError SHOAL_REGISTRY_REFUSED where somebody else has planted something there, or where it cannot be made
 */
export function registryFolder(): string {
  const path = registryPath()
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw refused(`The registry '${path}' cannot be made (${message}). Name another folder in SHOAL_REGISTRY`, cause)
  }
  const complaint = complaintAbout(lstatSync(path))
  if (complaint !== undefined) {
    const advice = isNamed() ? 'Name another folder' : 'Remove it, or name another folder'
    throw refused(`The registry '${path}' is not used: ${complaint}. ${advice} in SHOAL_REGISTRY`)
  }
  return path
}

/** The folder if it is there; undefined if not. */
export function existingRegistryFolder(): string | undefined {
  const path = registryPath()
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  } catch (cause) {
    throw refused(`The registry '${path}' cannot be used (${(cause as Error).message}). Name another folder in SHOAL_REGISTRY`, cause)
  }
  return registryFolder()
}

/**
 * Writes into the folder.
 * @throws ShoalError SHOAL_REGISTRY_REFUSED where it has no room: what is to be recorded is something else, and may well fit
 */
export function writingInto<T>(folder: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (!['ENOSPC', 'EDQUOT'].includes(code)) throw cause
    throw refused(
      `The registry '${folder}' has no room for a record (${message}). Make room, or name another folder in SHOAL_REGISTRY`,
      cause,
    )
  }
}

function complaintAbout(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return 'it is a symbolic link'
  if (!stats.isDirectory()) return 'it is no directory'
  if (stats.uid !== process.getuid!()) return `it belongs to user ${stats.uid}`
  if ((stats.mode & 0o077) !== 0) return `other users may enter it (mode 0${(stats.mode & 0o777).toString(8)})`
  return undefined
}

function refused(message: string, cause?: unknown): ShoalError {
  return new ShoalError('SHOAL_REGISTRY_REFUSED', message, { cause })
}
