import { type FileHandle, open } from 'node:fs/promises'
import { tryLockFile } from '@shoal/native'
import { statPath } from '../../memory/index.js'

/**
 * The file that has the name, under a lock of the kernel, which goes with the handle: a run that had it may have finished, and renamed or removed
 * it, since it was opened.
 * @throws what `busy` makes when another run has it
 */
export async function openLocked(path: string, flags: number, busy: () => Error): Promise<FileHandle> {
  for (;;) {
    const handle = await open(path, flags, 0o666)
    try {
      lock(handle, busy)
      if (await isNamed(handle, path)) return handle
    } catch (error) {
      await handle.close()
      throw error
    }
    await handle.close()
  }
}

/** @throws what `busy` makes when another run has it */
export function lock(handle: FileHandle, busy: () => Error): void {
  if (!tryLockFile(handle.fd)) throw busy()
}

/** Whether the file still has that name. */
export async function isNamed(handle: FileHandle, path: string): Promise<boolean> {
  const { dev, ino } = await handle.stat({ bigint: true })
  const named = statPath(path)
  return named?.dev === dev && named.ino === ino
}
