import { type SharedView, viewOver } from '../memory/index.js'
import { type Cutting, chunkStart } from '../schedule/index.js'
import type { ViewChunk } from './chunk.js'
import { MovableChunk } from './movable-chunk.js'
import type { ChunkReader } from './reader.js'

/** A typed array over a segment; or a whole segment, as a DataView: its bytes may be too many for one typed array (4 GiB on Node 20). */
export interface ViewSourceData {
  readonly type: 'view'
  readonly source: SharedView | DataView<SharedArrayBuffer>
}

type WindowConstructor = new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => SharedView

class MovableViewChunk extends MovableChunk implements ViewChunk<SharedView> {
  readonly #source: SharedView | DataView<SharedArrayBuffer>
  readonly #window: WindowConstructor
  readonly #buffer: SharedArrayBuffer
  readonly #byteOffset: number
  readonly #bytesPerElement: number

  constructor(source: SharedView | DataView<SharedArrayBuffer>, rank: number, local: unknown) {
    super(rank, local)
    this.#source = source
    const isWhole = source instanceof DataView
    this.#window = (isWhole ? Uint8Array : source.constructor) as WindowConstructor
    this.#buffer = source.buffer
    this.#byteOffset = source.byteOffset
    this.#bytesPerElement = isWhole ? 1 : source.BYTES_PER_ELEMENT
  }

  get view(): SharedView {
    return new this.#window(this.#buffer, this.#byteOffset + this.start * this.#bytesPerElement, this.end - this.start)
  }

  get source(): SharedView {
    return this.#source instanceof DataView ? viewOver(this.#buffer, Uint8Array) : this.#source
  }
}

export class ViewReader implements ChunkReader {
  readonly #cutting: Cutting
  readonly #chunk: MovableViewChunk

  constructor(data: ViewSourceData, cutting: Cutting, rank: number, local: unknown) {
    this.#cutting = cutting
    this.#chunk = new MovableViewChunk(data.source, rank, local)
  }

  read(index: number): ViewChunk<SharedView> {
    const chunk = this.#chunk
    chunk.index = index
    chunk.start = chunkStart(this.#cutting, index)
    chunk.end = chunkStart(this.#cutting, index + 1)
    return chunk
  }

  extent(first: number, end: number): number {
    return chunkStart(this.#cutting, end) - chunkStart(this.#cutting, first)
  }
}
