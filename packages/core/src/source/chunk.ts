import type { Segment, ViewLike } from '../memory/index.js'

/** Part `[start, end)` of an index range, given to a kernel. Valid during the call: the object is used again for the next chunk. */
export interface Chunk {
  readonly start: number
  readonly end: number
  readonly length: number
  readonly index: number
  readonly rank: number
  /** What `setup` returned on this worker. */
  readonly local: unknown
}

/** A chunk of a view: `view` is exactly the chunk, `source` the whole, for neighbours. */
export interface ViewChunk<V> extends Chunk {
  readonly view: V
  readonly source: V
}

/** A chunk of a text file, cut at record ends. `start` and `end` are byte offsets in the file `path`. */
export interface TextChunk extends Chunk {
  readonly view: Uint8Array<SharedArrayBuffer>
  readonly path: string
  /** The records as strings, without their delimiters. */
  lines(): IterableIterator<string>
  /** The records as views into the file, without their delimiters. */
  records(): IterableIterator<Uint8Array<SharedArrayBuffer>>
}

declare const chunkBrand: unique symbol

/** One idea for everything that can be cut: views, lengths, segments, files. */
export interface Source<C extends Chunk = Chunk> {
  /** Length in elements, or bytes of files; undefined while unknown. */
  readonly length: number | undefined
  readonly [chunkBrand]?: C
}

export type Cuttable = ViewLike | number | Segment | Source

export type ChunkOf<S> = S extends number
  ? Chunk
  : S extends Segment
    ? ViewChunk<Uint8Array<SharedArrayBuffer>>
    : S extends ViewLike
      ? ViewChunk<S>
      : S extends Source<infer C>
        ? C
        : never
