import type { SharedView } from '../memory/index.js'
import { type Cutting, chunkStart } from '../schedule/index.js'
import type { ViewChunk } from './chunk.js'
import { MovableChunk } from './movable-chunk.js'
import type { ChunkReader } from './reader.js'

/** A typed array over a segment; or a whole segment, whose bytes may be too many for one view (4 GiB on Node 20). */
export interface ViewSourceData {
  readonly type: 'view'
  readonly source: SharedView | SharedArrayBuffer
}

type WindowConstructor = new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => SharedView

class MovableViewChunk extends MovableChunk implements ViewChunk<SharedView> {
  readonly #source: SharedView | SharedArrayBuffer
  readonly #window: WindowConstructor
  readonly #buffer: SharedArrayBuffer
  readonly #byteOffset: number
  readonly #bytesPerElement: number

  constructor(source: SharedView | SharedArrayBuffer, rank: number, local: unknown) {
    super(rank, local)
    this.#source = source
    const isView = ArrayBuffer.isView(source)
    this.#window = (isView ? source.constructor : Uint8Array) as WindowConstructor
    this.#buffer = isView ? source.buffer : source
    this.#byteOffset = isView ? source.byteOffset : 0
    this.#bytesPerElement = isView ? source.BYTES_PER_ELEMENT : 1
  }

  get view(): SharedView {
    return new this.#window(this.#buffer, this.#byteOffset + this.start * this.#bytesPerElement, this.end - this.start)
  }

  get source(): SharedView {
    return ArrayBuffer.isView(this.#source) ? this.#source : new Uint8Array(this.#source)
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

  extent(index: number): number {
    return chunkStart(this.#cutting, index + 1) - chunkStart(this.#cutting, index)
  }
}
