import { type Cutting, numbered } from '../schedule/index.js'
import type { Chunk, Source } from './chunk.js'
import type { MovableChunk } from './movable-chunk.js'
import { type OpenedSource, openSource } from './opened-source.js'
import type { ChunkReader, SourceData } from './reader.js'

/** Some consecutive chunks of a source. */
export interface WindowSourceData {
  readonly type: 'window'
  readonly base: SourceData
  readonly cutting: Cutting
  readonly first: number
}

/** Part `[start, end)` of one chunk of a source. */
export interface PartSourceData {
  readonly type: 'part'
  readonly base: SourceData
  readonly cutting: Cutting
  readonly chunk: number
  readonly start: number
  readonly end: number
}

/** Chunks `[first, end)` of an opened source, as a source of its own. They are what they are in the whole, index and all. */
export function windowOf(opened: OpenedSource, first: number, end: number): Source {
  const { cutting } = opened
  const base = opened.dataOf?.(first, end) ?? opened.data
  return fixed({
    ...opened,
    data: { type: 'window', base, cutting, first },
    // A stretch of the whole: never round robin, since neighbours are combined by whoever works on them.
    cutting: numbered(end - first),
    total: opened.extentBefore(end) - opened.extentBefore(first),
    rangeOf: (from, to) => opened.rangeOf(first + from, first + to),
  })
}

/** Part `[start, end)` of a chunk, in the numbers of its own start and end, as a source of one chunk. */
export function partOf(opened: OpenedSource, chunk: number, start: number, end: number): Source {
  const { cutting } = opened
  const base = opened.dataOf?.(chunk, chunk + 1) ?? opened.data
  return fixed({
    ...opened,
    data: { type: 'part', base, cutting, chunk, start, end },
    cutting: numbered(1),
    total: Math.abs(end - start),
    rangeOf: () => ({ ...opened.rangeOf(chunk, chunk + 1), start, end }),
  })
}

/** What was opened stays the business of who opened it. */
function fixed(opened: OpenedSource): Source {
  const source = { length: opened.total, [openSource]: () => ({ ...opened, segments: [], close() {} }) }
  return source
}

export class WindowReader implements ChunkReader {
  readonly firstChunk: number
  readonly #base: ChunkReader

  constructor({ first }: WindowSourceData, base: ChunkReader) {
    this.firstChunk = first
    this.#base = base
  }

  read(index: number): Chunk {
    return this.#base.read(this.firstChunk + index)
  }

  extent(first: number, end: number): number {
    return this.#base.extent(this.firstChunk + first, this.firstChunk + end)
  }
}

export class PartReader implements ChunkReader {
  readonly firstChunk: number
  readonly #data: PartSourceData
  readonly #base: ChunkReader

  constructor(data: PartSourceData, base: ChunkReader) {
    this.firstChunk = data.chunk
    this.#data = data
    this.#base = base
  }

  read(): Chunk {
    const chunk = this.#base.read(this.#data.chunk) as MovableChunk
    chunk.narrow(this.#data.start, this.#data.end)
    return chunk
  }

  extent(): number {
    return Math.abs(this.#data.end - this.#data.start)
  }
}
