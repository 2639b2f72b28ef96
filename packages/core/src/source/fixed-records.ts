import { fileURLToPath } from 'node:url'
import { expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { viewOver } from '../memory/index.js'
import { type Cutting, chunkStart, cut } from '../schedule/index.js'
import type { RecordChunk, Source } from './chunk.js'
import { openInput } from './input-segment.js'
import { MovableChunk } from './movable-chunk.js'
import { cutsOf, type OpenedSource, openSource, type SourceCutting } from './opened-source.js'
import type { ChunkReader } from './reader.js'
import { RecordError } from './record-error.js'

/** The shape of a file of fixed records, in bytes. */
export interface FixedRecordsOptions {
  /** The length of a record. */
  readonly byteLength: number
  /** How many bytes come before the first record. Default 0. */
  readonly header?: number
}

export interface RecordSourceData {
  readonly type: 'records'
  /** The whole file, header and all; undefined where there are no records: nothing may be there to map. */
  readonly file: DataView<SharedArrayBuffer> | undefined
  readonly path: string
  readonly byteLength: number
  readonly header: number
}

/**
 * The records of a file in which all are of one length, as a source. The file is mapped, once a process and for reading only, when a region
 * or a job begins. `start`, `end`, `length`, `unit` and `chunkLength` count records, whatever the header is.
 *
 * @throws TypeError, RangeError for a path or lengths that are none. The call that works on the source rejects with Node's error when the
 *   file can not be opened, and with RecordError `SHOAL_RECORD_INVALID` when it ends within the header or a record.
 * @example
 * // Records of a float64 and a uint32, after 16 bytes of header:
 * const total = await pool.forChunks(fixedRecords('prices.bin', { byteLength: 12, header: 16 }), (chunk) => {
 *   let sum = 0
 *   for (let at = 0; at < chunk.data.byteLength; at += 12) sum += chunk.data.getFloat64(at, true) * chunk.data.getUint32(at + 8, true)
 *   return sum
 * }, { combine: (a, b) => a + b })
 */
export function fixedRecords(path: string | URL, options: FixedRecordsOptions): Source<RecordChunk> {
  const name = path instanceof URL ? fileURLToPath(path) : path
  if (typeof name !== 'string') throw expectedType('path', 'a string or a file URL', path)
  requireOptions(options, 'options', 'an object with the byteLength of a record')
  const { byteLength, header = 0 } = options
  checkBytes('byteLength', byteLength, 1)
  checkBytes('header', header, 0)
  return new FixedRecords(name, byteLength, header)
}

function checkBytes(name: string, value: unknown, least: number): void {
  if (typeof value !== 'number') throw expectedType(name, 'a number of bytes', value)
  if (!Number.isSafeInteger(value) || value < least) throw expectedRange(name, `an integer from ${least}`, value)
}

class FixedRecords implements Source<RecordChunk> {
  readonly length = undefined
  readonly #path: string
  readonly #byteLength: number
  readonly #header: number

  constructor(path: string, byteLength: number, header: number) {
    this.#path = path
    this.#byteLength = byteLength
    this.#header = header
  }

  [openSource](options: SourceCutting): OpenedSource {
    const path = this.#path
    const byteLength = this.#byteLength
    const header = this.#header
    const segment = openInput(path)
    try {
      const count = this.#count(segment.byteLength)
      const cutting = cut(count, options)
      return {
        data: { type: 'records', file: count === 0 ? undefined : new DataView(segment.buffer), path, byteLength, header },
        cutting,
        total: count,
        rangeOf: (first, end) => ({ start: chunkStart(cutting, first), end: chunkStart(cutting, end), path }),
        ...cutsOf(cutting),
        files: [{ path, byteLength: segment.byteLength }],
        segments: [segment],
        close: () => segment.close(),
      }
    } catch (error) {
      segment.close()
      throw error
    }
  }

  #count(fileBytes: number): number {
    const path = this.#path
    if (fileBytes < this.#header) {
      throw new RecordError(`Expected a header of ${this.#header} bytes in ${path} but it has ${fileBytes}`, { path, byteOffset: 0 })
    }
    const over = (fileBytes - this.#header) % this.#byteLength
    if (over !== 0) {
      const reason = `Expected records of ${this.#byteLength} bytes in ${path} but the last one has ${over}`
      throw new RecordError(reason, { path, byteOffset: fileBytes - over })
    }
    return (fileBytes - this.#header) / this.#byteLength
  }
}

class MovableRecordChunk extends MovableChunk implements RecordChunk {
  readonly path: string
  readonly #buffer: SharedArrayBuffer
  readonly #byteLength: number
  readonly #header: number

  constructor({ path, file, byteLength, header }: RecordSourceData, rank: number, local: unknown) {
    super(rank, local)
    this.path = path
    this.#buffer = file?.buffer ?? new SharedArrayBuffer(header)
    this.#byteLength = byteLength
    this.#header = header
  }

  get view(): Uint8Array<SharedArrayBuffer> {
    return viewOver(this.#buffer, Uint8Array, this.#byteOffset, this.length * this.#byteLength)
  }

  get data(): DataView<SharedArrayBuffer> {
    return new DataView(this.#buffer, this.#byteOffset, this.length * this.#byteLength)
  }

  get source(): Uint8Array<SharedArrayBuffer> {
    return viewOver(this.#buffer, Uint8Array, this.#header)
  }

  get #byteOffset(): number {
    return this.#header + this.start * this.#byteLength
  }
}

export class RecordReader implements ChunkReader {
  readonly #cutting: Cutting
  readonly #chunk: MovableRecordChunk

  constructor(data: RecordSourceData, cutting: Cutting, rank: number, local: unknown) {
    this.#cutting = cutting
    this.#chunk = new MovableRecordChunk(data, rank, local)
  }

  read(index: number): RecordChunk {
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
