import { constants, renameSync, statSync, unlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { tryLockFile } from '@shoal/native'
import { ShoalError } from '../../errors/index.js'
import { syncFolder } from '../sync-folder.js'

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
  readonly path: string
  readonly partial: string
  readonly handle: FileHandle
  readonly identity: string
  readonly isPublished: boolean

  private constructor(path: string, handle: FileHandle, identity: string, isPublished: boolean) {
    this.path = path
    this.partial = partialPath(path)
    this.handle = handle
    this.identity = identity
    this.isPublished = isPublished
  }

  /** @throws ShoalError `SHOAL_JOB_OUTPUT_BUSY`, `SHOAL_JOB_OUTPUT_LOST`, `SHOAL_JOB_OUTPUT_FAILED` */
  static open({ path, identity, isPublished = false }: FileOrigin): Promise<UnfinishedFile> {
    return attemptOn(path, async () => {
      const at = isPublished ? path : partialPath(path)
      const flags = identity === undefined ? constants.O_RDWR | constants.O_CREAT : constants.O_RDWR
      const handle = await open(at, flags, 0o666).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' && identity !== undefined ? lost(at) : error
      })
      try {
        if (!tryLockFile(handle.fd)) {
          throw new ShoalError('SHOAL_JOB_OUTPUT_BUSY', `Another run is writing ${at}: wait for its end, or give this one another output`)
        }
        const { dev, ino } = await handle.stat()
        const found = `${dev}:${ino}`
        if (identity !== undefined && identity !== found) throw lost(at)
        return new UnfinishedFile(path, handle, found, isPublished)
      } catch (error) {
        await handle.close()
        throw error
      }
    })
  }

  sync(): Promise<void> {
    return attemptOn(this.path, () => this.handle.datasync())
  }

  /** Gives the file its name: what was there before is replaced at once. */
  async publish(): Promise<void> {
    if (this.isPublished) return
    await attemptOn(this.path, async () => {
      renameSync(this.partial, this.path)
      syncFolder(dirname(this.path))
    })
  }

  async discard(): Promise<void> {
    if (!this.isPublished && statSync(this.partial, { throwIfNoEntry: false }) !== undefined) unlinkSync(this.partial)
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/** Whether the file that a run has made has got its name already. */
export function isPublished(path: string, identity: string | undefined): boolean {
  const named = statSync(path, { throwIfNoEntry: false })
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
    throw new ShoalError('SHOAL_JOB_OUTPUT_FAILED', `The output ${path} cannot be written: ${what}`, { cause })
  }
}

/** For what a checkpoint needs and is not there, or another. */
export function lost(path: string): ShoalError {
  return new ShoalError(
    'SHOAL_JOB_OUTPUT_LOST',
    `Expected the unfinished ${path} that the checkpoint continues, but it has gone or was replaced: begin again with resume: false`,
  )
}
