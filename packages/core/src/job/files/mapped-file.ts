import { constants, copyFileSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { reserve } from '@shoal/native'
import { ShoalError } from '../../errors/index.js'
import { Segment } from '../../memory/index.js'
import type { FileOutput } from '../outputs.js'
import { copyPath, foundCopy, removeCopy, type StageKey, writeCopy } from './stage-copy.js'
import { attemptOn, type FileOrigin, lost, outputFailed, UnfinishedFile } from './unfinished-file.js'

/** Copied at once when a part is put back. */
const BLOCK_BYTES = 4 * 1024 * 1024

/** A file that workers write into, mapped; with the content that it had at the beginning of the stage, where work in place needs that. */
export class MappedFile {
  readonly file: UnfinishedFile
  readonly segment: Segment<'readwrite'>
  /** What a chunk that is done again begins with, in a file of its own. */
  #before: string | undefined

  /** The file that the work in place begins with. */
  readonly original: string | undefined

  private constructor(file: UnfinishedFile, segment: Segment<'readwrite'>, original: string | undefined) {
    this.file = file
    this.segment = segment
    this.original = original
    this.#before = original
  }

  /** @throws ShoalError `SHOAL_JOB_OUTPUT_FAILED` and as `Segment.create` */
  static async open(output: FileOutput, origin: FileOrigin): Promise<MappedFile> {
    const { path, byteLength } = output
    const original = byteLength === undefined ? path : undefined
    const file = await UnfinishedFile.open(origin)
    const isNew = origin.identity === undefined
    try {
      if (isNew) await fill(file, output)
      const segment = Segment.open({ kind: 'file', path: file.isPublished ? path : file.partial })
      return new MappedFile(file, segment, original)
    } catch (error) {
      if (isNew) await file.discard()
      await file.close()
      throw error
    }
  }

  /**
   * Keeps what is there now as what the work of a stage begins with, unless an earlier run has.
   * @param isRecorded whether that run says so
   * @returns whether it has: then it may have been at work, too
   */
  async keepBefore(key: StageKey, isRecorded: boolean): Promise<boolean> {
    const { target: path } = this.file
    const copy = foundCopy(path)
    const isKept = copy?.run === key.run && copy.stage === key.stage
    if (!isKept && isRecorded) throw lost(copyPath(path))
    if (!isKept) await writeCopy(path, key)
    this.#before = copyPath(path)
    return isKept
  }

  /** Puts bytes `[start, end)` back as they were before the stage. */
  async putBack(start: number, end: number): Promise<void> {
    const before = this.#before
    if (start >= end) return
    if (before === undefined) {
      for (let at = start; at < end; at += BLOCK_BYTES) this.segment.view(Uint8Array, at, Math.min(BLOCK_BYTES, end - at)).fill(0)
      return
    }
    await attemptOn(before, async () => {
      const handle: FileHandle = await open(before, 'r')
      try {
        for (let at = start; at < end; ) {
          const view = this.segment.view(Uint8Array, at, Math.min(BLOCK_BYTES, end - at))
          // Into memory of its own first: fs does not take shared memory everywhere.
          const block = Buffer.allocUnsafe(view.length)
          const { bytesRead } = await handle.read(block, 0, block.length, at)
          if (bytesRead === 0)
            throw new ShoalError(
              'SHOAL_JOB_OUTPUT_LOST',
              `${before} has become shorter while the job was at work: leave it to the job, and begin again with resume: false`,
            )
          view.set(block.subarray(0, bytesRead))
          at += bytesRead
        }
      } finally {
        await handle.close()
      }
    })
  }

  async close(): Promise<void> {
    this.segment.close()
    await this.file.close()
  }

  /** When the job is done or given up. */
  forgetBefore(): void {
    removeCopy(this.file.target)
  }
}

/** Zeros, their blocks reserved; or a copy of the file that is there, sharing its blocks where the file system can. */
async function fill({ handle, target, partial }: UnfinishedFile, { path, byteLength }: FileOutput): Promise<void> {
  await attemptOn(path, async () => {
    removeCopy(target)
    if (byteLength !== undefined) reserve(handle.fd, byteLength)
    else if (statSync(path).size === 0)
      throw outputFailed(path, 'it is empty, and there is nothing to map: fill it first, or give fileOutput() a byteLength')
    else copyFileSync(path, partial, constants.COPYFILE_FICLONE)
  })
}
