import type { Segment, ViewLike } from '../memory/index.js'
import type { openSource } from './opened-source.js'

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

/**
 * A chunk of a file of records that are all of one length. `start`, `end` and `length` count records; `view` has the bytes of the chunk,
 * `source` those of all records, without the header.
 */
export interface RecordChunk extends ViewChunk<Uint8Array<SharedArrayBuffer>> {
  readonly path: string
  /** The bytes of the chunk, for reading numbers at any offset. */
  readonly data: DataView<SharedArrayBuffer>
}

declare const chunkBrand: unique symbol

/**
 * One idea for everything that can be cut: views, lengths, segments, files. `C` is what a kernel gets. Made by `range`, `textRecords`,
 * `fixedRecords`, and out of others by `sourceFrom`.
 */
export interface Source<C extends Chunk = Chunk> {
  /** How much there is to cut; undefined while unknown, as with files that are opened later. */
  readonly length: number | undefined
  readonly [chunkBrand]?: C
  /** So that arrays and strings, which have a length too, are none. @internal */
  readonly [openSource]: unknown
}

/** What can be cut into chunks; a number stands for the indices from 0 on. */
export type Cuttable = ViewLike | number | Segment | Source

/** What the kernel gets of each kind of source. */
export type ChunkOf<S> = S extends number
  ? Chunk
  : S extends Segment
    ? ViewChunk<Uint8Array<SharedArrayBuffer>>
    : S extends ViewLike
      ? ViewChunk<S>
      : S extends Source<infer C>
        ? C
        : never
