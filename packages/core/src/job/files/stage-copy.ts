import { closeSync, constants, copyFileSync, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../sync-folder.js'
import { attemptOn, partialPath } from './unfinished-file.js'

/** Which run and stage a copy is of. */
export interface StageKey {
  readonly run: string
  readonly stage: number
}

/** A key takes as much at the end of a copy. */
const KEY_BYTES = 64

/** Where what an unfinished file held when a stage began is kept, while that stage changes it in place. */
export function copyPath(path: string): string {
  return `${partialPath(path)}.before`
}

/**
 * Keeps what the unfinished file of `path` holds, in place of what was kept for an earlier stage: whatever happens, one of the two is there, whole.
 * It ends with its key, so that it is not taken for that of another stage or run.
 */
export async function writeCopy(path: string, { run, stage }: StageKey): Promise<void> {
  const copy = copyPath(path)
  const unfinished = `${copy}.new`
  await attemptOn(copy, async () => {
    try {
      copyFileSync(partialPath(path), unfinished, constants.COPYFILE_FICLONE)
      const handle = await open(unfinished, 'a')
      try {
        await handle.write(`${stage} ${run}`.padEnd(KEY_BYTES))
        await handle.datasync()
      } finally {
        await handle.close()
      }
      renameSync(unfinished, copy)
    } catch (error) {
      rmSync(unfinished, { force: true })
      throw error
    }
    syncFolder(dirname(copy))
  })
}

/** The key of the copy that is there; undefined when there is none. */
export function foundCopy(path: string): StageKey | undefined {
  let fd: number
  try {
    fd = openSync(copyPath(path), 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const key = Buffer.alloc(KEY_BYTES)
    readSync(fd, key, 0, KEY_BYTES, Math.max(0, fstatSync(fd).size - KEY_BYTES))
    const [stage, run = ''] = key.toString('latin1').trimEnd().split(' ')
    return { run, stage: Number(stage) }
  } finally {
    closeSync(fd)
  }
}

export function removeCopy(path: string): void {
  for (const name of [copyPath(path), `${copyPath(path)}.new`]) rmSync(name, { force: true })
}
