import { attemptOn, type FileOrigin, UnfinishedFile } from './unfinished-file.js'

/** Written in blocks of at least this, so that small pieces cost no system call each. */
const BLOCK_BYTES = 256 * 1024

/** A file that is only appended to. */
export class AppendFile {
  readonly file: UnfinishedFile
  #end: number
  #pieces: Uint8Array[] = []
  #pending = 0

  private constructor(file: UnfinishedFile, end: number) {
    this.file = file
    this.#end = end
  }

  /** @param end where to go on: what comes after it was written but not committed, and is done again */
  static async open(origin: FileOrigin, end = 0): Promise<AppendFile> {
    const file = await UnfinishedFile.open(origin)
    try {
      if (!file.isPublished) await attemptOn(origin.path, () => file.handle.truncate(end))
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

  async flush(): Promise<void> {
    if (this.#pending === 0) return
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
    const from = this.#end
    this.#pieces = []
    this.#pending = 0
    this.#end += bytes.byteLength
    const { handle, path } = this.file
    await attemptOn(path, async () => {
      for (let at = 0; at < bytes.byteLength; ) at += (await handle.write(bytes, at, bytes.byteLength - at, from + at)).bytesWritten
    })
  }

  async sync(): Promise<void> {
    await this.flush()
    await this.file.sync()
  }
}
