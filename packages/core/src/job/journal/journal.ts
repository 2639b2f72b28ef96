import { constants, existsSync, unlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError } from '../../errors/index.js'
import { statPath } from '../../memory/index.js'
import { pack, unpack } from '../../protocol/index.js'
import { checkpointFailed } from '../checkpoint-failed.js'
import { isNamed, openLocked } from '../files/open-locked.js'
import { makeFolder, noFolder } from '../make-folder.js'
import { syncFolder } from '../sync-folder.js'
import { frame, isJournal, MAGIC, readFramesOf } from './frames.js'
import type { JournalRecord } from './records.js'

/**
 * The journal of a checkpoint, under a lock of the kernel for as long as it is open: see README.md.
 * Appends are written in their order; `sync` makes them safe from power loss.
 */
export class Journal {
  /** What an earlier run has left. */
  readonly found: readonly JournalRecord[]
  readonly #path: string
  readonly #folder: string
  readonly #file: FileHandle
  #end: number
  #synced: number

  private constructor(folder: string, file: FileHandle, found: readonly JournalRecord[], end: number) {
    this.#folder = folder
    this.#path = journalPath(folder)
    this.#file = file
    this.found = found
    this.#end = end
    this.#synced = end
  }

  /**
   * Takes the lock, reads what is there and cuts off what is torn.
   * @throws ShoalError `SHOAL_JOB_CHECKPOINT_BUSY` when another run has it, `SHOAL_JOB_CHECKPOINT_FAILED`
   */
  static async open(folder: string): Promise<Journal> {
    return attempt(folder, async () => {
      makeFolder(folder)
      const file = await openLocked(journalPath(folder), constants.O_RDWR | constants.O_CREAT, () => busy(folder))
      try {
        await checkMagic(file, folder)
        const { records, end } = await recordsOf(file)
        await file.truncate(end)
        return new Journal(folder, file, records, end)
      } catch (error) {
        await file.close()
        throw error
      }
    })
  }

  /**
   * What is there, without a lock: for plans.
   * @throws ShoalError `SHOAL_JOB_CHECKPOINT_FAILED`
   */
  static async peek(folder: string): Promise<readonly JournalRecord[]> {
    return attempt(folder, async () => {
      if (!isFolderOrNothing(folder)) throw noFolder(folder)
      if (!existsSync(journalPath(folder))) return []
      const file = await open(journalPath(folder), constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        await checkMagic(file, folder)
        return (await recordsOf(file)).records
      } finally {
        await file.close()
      }
    })
  }

  get byteLength(): number {
    return this.#end
  }

  /** Forgets everything that is there. */
  async clear(): Promise<void> {
    await this.#attempt(async () => {
      await this.#file.truncate(0)
      this.#end = 0
      this.#synced = 0
    })
  }

  /** Writes records, as `encodeRecord` has made them, after the last one. What fails half-way is cut off again: the records before it stand. */
  async append(records: readonly Uint8Array[]): Promise<void> {
    if (records.length === 0) return
    const frames = records.map(frame)
    const bytes = Buffer.concat(this.#end === 0 ? [MAGIC, ...frames] : frames)
    await this.#attempt(async () => {
      try {
        for (let at = 0; at < bytes.byteLength; )
          at += (await this.#file.write(bytes, at, bytes.byteLength - at, this.#end + at)).bytesWritten
      } catch (error) {
        await this.#file.truncate(this.#end).catch(() => {})
        throw error
      }
      this.#end += bytes.byteLength
    })
  }

  /** @returns whether there was anything to do */
  async sync(): Promise<boolean> {
    const end = this.#end
    if (end === this.#synced) return false
    await this.#attempt(() => this.#file.datasync())
    // The file's name must not be lost either.
    if (this.#synced === 0) await this.#attempt(async () => syncFolder(this.#folder))
    this.#synced = end
    return true
  }

  /** The job is done: there is nothing to continue. Where somebody has removed it meanwhile, what has its name is another run's. */
  async remove(): Promise<void> {
    try {
      await this.#attempt(async () => {
        if (await isNamed(this.#file, this.#path)) unlinkSync(this.#path)
      })
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  #attempt<T>(run: () => Promise<T>): Promise<T> {
    return attempt(this.#folder, run)
  }
}

function journalPath(folder: string): string {
  return join(folder, 'journal')
}

function busy(folder: string): ShoalError {
  return new ShoalError(
    'SHOAL_JOB_CHECKPOINT_BUSY',
    `Another run works with the checkpoint ${folder}: wait for its end, or use another folder`,
  )
}

async function checkMagic(file: FileHandle, folder: string): Promise<void> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(MAGIC.byteLength), 0, MAGIC.byteLength, 0)
  if (!isJournal(buffer.subarray(0, bytesRead))) throw notOurs(folder)
}

function isFolderOrNothing(path: string): boolean {
  return statPath(path)?.isDirectory() !== false
}

/** It would be cut off. */
function notOurs(folder: string): ShoalError {
  return new ShoalError(
    'SHOAL_JOB_CHECKPOINT_FAILED',
    `Expected a journal of this version of Shoal at ${journalPath(folder)} but found another file, which is left as it is: use another folder`,
  )
}

export function encodeRecord(record: JournalRecord): Uint8Array {
  const { bytes, segments } = pack(record)
  if (segments.length > 0) {
    throw new ShoalError(
      'SHOAL_VALUE_UNCLONEABLE',
      'Expected parameters and partial results of a job with a checkpoint to be plain data, but received a shared view, which no other run has',
    )
  }
  return bytes
}

async function recordsOf(file: FileHandle): Promise<{ readonly records: readonly JournalRecord[]; readonly end: number }> {
  const records: JournalRecord[] = []
  const end = await readFramesOf(file, (payload) => records.push(unpack(payload, () => []) as JournalRecord))
  return { records, end }
}

/** Errors of the operating system get a sentence; ours have theirs. */
async function attempt<T>(folder: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof ShoalError) throw cause
    throw checkpointFailed(folder, cause)
  }
}
