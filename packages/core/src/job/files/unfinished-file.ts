import { type BigIntStats, constants, renameSync, unlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ShoalError } from '../../errors/index.js'
import { statPath } from '../../memory/index.js'
import { syncFolder } from '../sync-folder.js'
import { wayOut } from '../way-out.js'
import { lock, openLocked } from './open-locked.js'
import { targetPath } from './target-path.js'

/** Where a file is, and how it is opened: anew, as an earlier run has left it, or finished by that run already. */
export interface FileOrigin {
  readonly path: string
  /** What the earlier run's file was told by. */
  readonly identity?: string | undefined
  readonly isPublished?: boolean
}

/**
 * A file that a job makes, beside its name as `path.partial` until it is done. Locked, so that two runs do not write into one; the lock goes
 * with the process.
 */
export class UnfinishedFile {
  /** As it was given. */
  readonly path: string
  /** What that stands for, where it is a link. */
  readonly target: string
  readonly partial: string
  readonly handle: FileHandle
  readonly identity: string
  readonly isPublished: boolean

  private constructor(path: string, target: string, handle: FileHandle, identity: string, isPublished: boolean) {
    this.path = path
    this.target = target
    this.partial = partialPath(target)
    this.handle = handle
    this.identity = identity
    this.isPublished = isPublished
  }

  /** @throws ShoalError `SHOAL_JOB_OUTPUT_BUSY`, `SHOAL_JOB_OUTPUT_LOST`, `SHOAL_JOB_OUTPUT_FAILED` */
  static open({ path, identity, isPublished = false }: FileOrigin): Promise<UnfinishedFile> {
    return attemptOn(path, async () => {
      const named = statPath(path)
      // To give its name to ours would end a device, and fail for a folder, when all is done.
      if (named !== undefined && !named.isFile()) {
        throw new Error(`expected a regular file there, or none, but found a ${named.isDirectory() ? 'folder' : 'device or a pipe'}`)
      }
      const target = targetPath(path)
      const at = isPublished ? target : partialPath(target)
      const handle = identity === undefined ? await openNew(at, named) : await openFound(at)
      const { dev, ino } = await handle.stat({ bigint: true })
      const found = `${dev}:${ino}`
      if (identity === undefined || identity === found) return new UnfinishedFile(path, target, handle, found, isPublished)
      await handle.close()
      throw lost(at)
    })
  }

  sync(): Promise<void> {
    return attemptOn(this.path, () => this.handle.datasync())
  }

  /** Gives the file its name: what was there before is replaced at once. */
  async publish(): Promise<void> {
    if (this.isPublished) return
    await attemptOn(this.path, async () => {
      renameSync(this.partial, this.target)
      syncFolder(dirname(this.target))
    })
  }

  async discard(): Promise<void> {
    if (!this.isPublished && statPath(this.partial) !== undefined) unlinkSync(this.partial)
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/**
 * A new file, with the rights of the one that it is to replace. It takes the place of what an ended run has left under the lock of that: of two
 * runs that begin at once, one gets it. It is another file, told from the old one by its inode, because both are there at once for a moment.
 */
async function openNew(path: string, replaced: BigIntStats | undefined): Promise<FileHandle> {
  for (;;) {
    const old = await openLocked(path, constants.O_RDWR | constants.O_CREAT, () => busy(path))
    try {
      unlinkSync(path)
      const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o666)
      try {
        lock(handle, () => busy(path))
        if (replaced !== undefined) await takeRights(handle, replaced)
        return handle
      } catch (error) {
        await handle.close()
        throw error
      }
    } catch (error) {
      // Another run has just made it: whose it is, its lock tells.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      await old.close()
    }
  }
}

/** Whoever could read and write the old one can the new one: its owner, too, where this user may say so. */
async function takeRights(handle: FileHandle, { uid, gid, mode }: BigIntStats): Promise<void> {
  const own = await handle.stat({ bigint: true })
  if (own.uid !== uid || own.gid !== gid) await handle.chown(Number(uid), Number(gid)).catch(() => {})
  await handle.chmod(Number(mode) & 0o777)
}

/** The one that an earlier run has left. */
async function openFound(path: string): Promise<FileHandle> {
  try {
    return await openLocked(path, constants.O_RDWR, () => busy(path))
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? lost(path) : error
  }
}

function busy(path: string): ShoalError {
  return new ShoalError('SHOAL_JOB_OUTPUT_BUSY', `Another run is writing ${path}: wait for its end, or give this one another output`)
}

/** Whether the file that a run has made has got its name already. */
export function isPublished(path: string, identity: string | undefined): boolean {
  const named = statPath(path)
  return named !== undefined && identity === `${named.dev}:${named.ino}`
}

export function partialPath(path: string): string {
  return `${path}.partial`
}

/** The operating system's errors with what they are about. */
export async function attemptOn<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof ShoalError) throw cause
    const what = cause instanceof Error ? cause.message : String(cause)
    throw outputFailed(path, `${what}: ${wayOut(cause, 'give it another path')}`, { cause })
  }
}

/** @param why with what to do about it */
export function outputFailed(path: string, why: string, options: { cause?: unknown } = {}): ShoalError {
  return new ShoalError('SHOAL_JOB_OUTPUT_FAILED', `The output ${path} cannot be written: ${why}`, options)
}

/** For what a checkpoint needs and is not there, or another. */
export function lost(path: string): ShoalError {
  return new ShoalError(
    'SHOAL_JOB_OUTPUT_LOST',
    `Expected the unfinished ${path} that the checkpoint continues, but it has gone or was replaced: begin again with resume: false`,
  )
}
