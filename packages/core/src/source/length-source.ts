import { type Cutting, chunkStart } from '../schedule/index.js'
import type { Chunk } from './chunk.js'
import { MovableChunk } from './movable-chunk.js'
import type { ChunkReader } from './reader.js'

/** The indices `[0, length)`, with no data. */
export interface LengthSourceData {
  readonly type: 'length'
}

export class LengthReader implements ChunkReader {
  readonly #cutting: Cutting
  readonly #chunk: MovableChunk

  constructor(cutting: Cutting, rank: number, local: unknown) {
    this.#cutting = cutting
    this.#chunk = new MovableChunk(rank, local)
  }

  read(index: number): Chunk {
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
