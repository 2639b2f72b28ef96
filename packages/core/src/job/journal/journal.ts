import { constants, statSync, unlinkSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLockFile } from '@shoal/native'
import { ShoalError } from '../../errors/index.js'
import { pack, unpack } from '../../protocol/index.js'
import { makeFolder } from '../make-folder.js'
import { syncFolder } from '../sync-folder.js'
import { frame, isJournal, MAGIC, readFrames } from './frames.js'
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
      const file = await openLocked(folder)
      try {
        const bytes = await readFile(file)
        if (!isJournal(bytes)) throw notOurs(folder)
        const { payloads, end } = readFrames(bytes)
        await file.truncate(end)
        return new Journal(folder, file, payloads.map(decode), end)
      } catch (error) {
        await file.close()
        throw error
      }
    })
  }

  /** What is there, without a lock: for plans. */
  static async peek(folder: string): Promise<readonly JournalRecord[]> {
    const bytes = await readFile(journalPath(folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
    return readFrames(bytes).payloads.map(decode)
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

  /** The job is done: there is nothing to continue. */
  async remove(): Promise<void> {
    await this.#attempt(async () => unlinkSync(this.#path))
    await this.close()
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

async function openLocked(folder: string): Promise<FileHandle> {
  const path = journalPath(folder)
  for (;;) {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666)
    try {
      if (!tryLockFile(file.fd)) {
        throw new ShoalError(
          'SHOAL_JOB_CHECKPOINT_BUSY',
          `Another run works with the checkpoint ${folder}: wait for its end, or use another folder`,
        )
      }
      // Between the opening and the lock, the run that had it may have finished, and removed it.
      const { ino, dev } = await file.stat()
      const named = statSync(path, { throwIfNoEntry: false })
      if (named?.ino === ino && named.dev === dev) return file
    } catch (error) {
      await file.close()
      throw error
    }
    await file.close()
  }
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

function decode(payload: Uint8Array): JournalRecord {
  return unpack(payload, () => []) as JournalRecord
}

/** Errors of the operating system get a sentence; ours have theirs. */
async function attempt<T>(folder: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof ShoalError) throw cause
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new ShoalError(
      'SHOAL_JOB_CHECKPOINT_FAILED',
      `The checkpoint ${folder} cannot be used: ${what}. What it has of before is unharmed`,
      { cause },
    )
  }
}
