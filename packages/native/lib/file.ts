import { part } from './binding.js'

const native = part('file') as unknown as {
  tryLockFile(fd: number): boolean
  isFileLocked(fd: number): boolean
  ownerFile(folder: string): string
  knownOwnerFile(folder: string): string
  openFile(path: string, flags: number, mode: number): number
  openUnnamed(folder: string, mode: number): number
  nameFile(fd: number, path: string): void
  reserve(fd: number, byteLength: number): void
  sealsOf(fd: number): number
}

/** Takes the lock of the file's open description, if nobody has it; closing the descriptor gives it back. */
export const tryLockFile = native.tryLockFile
/** Whether somebody else holds that lock. */
export const isFileLocked = native.isFileLocked
/** The name of this process's locked file in a folder: made at the first call, held until the process ends. */
export const ownerFile = native.ownerFile
/** The same if any thread has had it made; empty if not. */
export const knownOwnerFile = native.knownOwnerFile
/**
 * A descriptor that may become a mapping's. `fs.openSync` will not do: a worker thread closes what it has opened with it when it ends,
 * whoever owns the number by then. Close it with `closeDescriptor`.
 */
export function openFile(path: string, flags: number, mode = 0): number {
  return native.openFile(path, flags, mode)
}
/** A descriptor of a new file without a name; ENOTSUP where the file system has no such files. */
export const openUnnamed = native.openUnnamed
/** Gives such a file its name; EEXIST where there is one. */
export const nameFile = native.nameFile
/** Sets the length and reserves its blocks: a full file system shows here, not at the first store. */
export const reserve = native.reserve
/** `F_GET_SEALS`; −1 for what cannot be sealed. */
export const sealsOf = native.sealsOf
export const seals = { shrink: 2, grow: 4 } as const
