import { viewOver } from '../memory/index.js'
import { chunkStart } from '../schedule/index.js'
import type { TextChunk } from './chunk.js'
import { MovableChunk } from './movable-chunk.js'
import type { ChunkReader } from './reader.js'
import { RecordStarts } from './record-starts.js'
import { fileOfChunk, type TextFile, type TextSourceData } from './text-files.js'

/** Chunks begin at the first record that starts at or after their nominal start: each rank finds its own cuts, and all agree. */
export class TextReader implements ChunkReader {
  readonly #files: readonly TextFile[]
  readonly #delimiter: Uint8Array
  readonly #chunk: MovableTextChunk
  /** The file of the last chunk. */
  #file: TextFile | undefined
  #starts: RecordStarts | undefined

  constructor(data: TextSourceData, rank: number, local: unknown) {
    this.#files = data.files
    this.#delimiter = data.delimiter
    this.#chunk = new MovableTextChunk(data.delimiter, rank, local)
  }

  read(index: number): TextChunk {
    const chunk = this.#chunk
    const file = fileOfChunk(this.#files, index)
    chunk.index = index
    if (file === undefined) return chunk
    const own = index - file.firstChunk
    chunk.path = file.path
    if (file.data === undefined) return chunk
    if (file !== this.#file) {
      this.#file = file
      this.#starts = new RecordStarts(file.data, this.#delimiter)
      chunk.data = file.data
    }
    chunk.start = this.#starts!.atOrAfter(chunkStart(file.cutting, own))
    chunk.end = this.#starts!.atOrAfter(chunkStart(file.cutting, own + 1))
    return chunk
  }

  extent(first: number, end: number): number {
    let extent = 0
    for (let index = first; index < end; index++) {
      const file = fileOfChunk(this.#files, index)
      if (file === undefined) continue
      const own = index - file.firstChunk
      extent += chunkStart(file.cutting, own + 1) - chunkStart(file.cutting, own)
    }
    return extent
  }
}

class MovableTextChunk extends MovableChunk implements TextChunk {
  path = ''
  data: DataView<SharedArrayBuffer> = new DataView(new SharedArrayBuffer(0))
  readonly #delimiter: Uint8Array

  constructor(delimiter: Uint8Array, rank: number, local: unknown) {
    super(rank, local)
    this.#delimiter = delimiter
  }

  get view(): Uint8Array<SharedArrayBuffer> {
    const { buffer, byteOffset } = this.data
    return viewOver(buffer, Uint8Array, byteOffset + this.start, this.end - this.start)
  }

  *records(): Generator<Uint8Array<SharedArrayBuffer>, void, undefined> {
    const view = this.view
    const bytes = asBuffer(view)
    for (let start = 0; start < view.length; ) {
      const found = bytes.indexOf(this.#delimiter, start)
      const end = found === -1 ? view.length : found
      yield view.subarray(start, end)
      start = found === -1 ? view.length : found + this.#delimiter.length
    }
  }

  *lines(): Generator<string, void, undefined> {
    const bytes = asBuffer(this.view)
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(this.#delimiter, start)
      const end = found === -1 ? bytes.length : found
      yield bytes.toString('utf8', start, end)
      start = found === -1 ? bytes.length : found + this.#delimiter.length
    }
  }
}

function asBuffer(view: Uint8Array<SharedArrayBuffer>): Buffer {
  return Buffer.from(view.buffer as unknown as ArrayBuffer, view.byteOffset, view.byteLength)
}
