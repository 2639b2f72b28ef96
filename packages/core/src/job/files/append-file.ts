import { attemptOn, type FileOrigin, lost, UnfinishedFile } from './unfinished-file.js'

/** Written in blocks of at least this, so that small pieces cost no system call each. */
const BLOCK_BYTES = 256 * 1024

/** A file that is only appended to. */
export class AppendFile {
  readonly file: UnfinishedFile
  #end: number
  #pieces: Uint8Array[] = []
  #pending = 0
  /** Blocks follow each other, and none comes after one that has failed: it would leave a hole. */
  #written: Promise<void> = Promise.resolve()

  private constructor(file: UnfinishedFile, end: number) {
    this.file = file
    this.#end = end
  }

  /** @param end where to go on: what comes after it was written but not committed, and is done again */
  static async open(origin: FileOrigin, end = 0): Promise<AppendFile> {
    const file = await UnfinishedFile.open(origin)
    try {
      if (!file.isPublished) await attemptOn(origin.path, () => cutOff(file, end))
      return new AppendFile(file, end)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** How long the file is, with what is yet to be written. */
  get end(): number {
    return this.#end + this.#pending
  }

  async append(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece
    this.#pieces.push(bytes)
    this.#pending += bytes.byteLength
    if (this.#pending >= BLOCK_BYTES) await this.flush()
  }

  /** Resolves when everything that has been appended is written. */
  flush(): Promise<void> {
    if (this.#pending > 0) {
      const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
      const from = this.#end
      this.#pieces = []
      this.#pending = 0
      this.#end += bytes.byteLength
      this.#written = this.#written.then(() => this.#write(bytes, from))
    }
    return this.#written
  }

  async sync(): Promise<void> {
    await this.flush()
    await this.file.sync()
  }

  #write(bytes: Uint8Array, from: number): Promise<void> {
    const { handle, path } = this.file
    return attemptOn(path, async () => {
      for (let at = 0; at < bytes.byteLength; ) at += (await handle.write(bytes, at, bytes.byteLength - at, from + at)).bytesWritten
    })
  }
}

async function cutOff({ handle, partial }: UnfinishedFile, end: number): Promise<void> {
  // It would be filled up with zeros.
  if ((await handle.stat()).size < end) throw lost(partial)
  await handle.truncate(end)
}
