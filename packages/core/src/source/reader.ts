import { createRequire } from 'node:module'
import type { Cutting } from '../schedule/index.js'
import type { Chunk } from './chunk.js'
import type { RecordSourceData } from './fixed-records.js'
import { LengthReader, type LengthSourceData } from './length-source.js'
import type { RangeSourceData } from './range.js'
import type * as RecordReaders from './record-readers.js'
import type { TextSourceData } from './text-files.js'
import { ViewReader, type ViewSourceData } from './view-source.js'
import { PartReader, type PartSourceData, WindowReader, type WindowSourceData } from './window.js'

const require = createRequire(import.meta.url)
const recordReaders = (): typeof RecordReaders => require('#internal/source/record-readers.js')

/** A source as it travels to the workers: plain data and references to shared memory. */
export type SourceData =
  | LengthSourceData
  | RangeSourceData
  | ViewSourceData
  | TextSourceData
  | RecordSourceData
  | WindowSourceData
  | PartSourceData

/** Gives a worker its chunks. One reader serves one region on one rank. */
export interface ChunkReader {
  /** Which chunk of the whole source its chunk 0 is, where it has only some of them. */
  readonly firstChunk?: number
  /** Moves the reader's one chunk object to chunk `index`. */
  read(index: number): Chunk
  /** How much of the source chunks `[first, end)` cover: elements, or bytes of files. */
  extent(first: number, end: number): number
}

export function openReader(source: SourceData, cutting: Cutting, rank: number, local: unknown): ChunkReader {
  switch (source.type) {
    case 'length':
      return new LengthReader(cutting, rank, local)
    case 'range':
      return new (recordReaders().RangeReader)(source, cutting, rank, local)
    case 'view':
      return new ViewReader(source, cutting, rank, local)
    case 'text':
      return new (recordReaders().TextReader)(source, rank, local)
    case 'records':
      return new (recordReaders().RecordReader)(source, cutting, rank, local)
    case 'window':
      return new WindowReader(source, openReader(source.base, source.cutting, rank, local))
    case 'part':
      return new PartReader(source, openReader(source.base, source.cutting, rank, local))
  }
}
