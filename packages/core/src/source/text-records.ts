import { fileURLToPath } from 'node:url'
import { checkOptions, expectedRange, expectedType } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { chunkStart, cut, numbered } from '../schedule/index.js'
import type { Source, TextChunk } from './chunk.js'
import { expandGlobs } from './expand-globs.js'
import { openInput } from './input-segment.js'
import { type OpenedSource, openSource, type SourceCutting } from './opened-source.js'
import { packSmallest } from './pack-smallest.js'
import { RecordStarts } from './record-starts.js'
import { fileOfChunk, filesOfChunks, type TextFile } from './text-files.js'

/** Where records of text end. */
export interface TextRecordsOptions {
  /** What ends a record; the last one may lack it. Default: a line feed. */
  readonly delimiter?: string
}

/**
 * The records of one or more text files, as a source: each file is mapped once a process, cut at record ends, and never read into the heap.
 * Files are found and opened when a region or a job begins.
 *
 * @param path files in the order they are given. A string with wildcards (`*`, `**`, `?`, `[…]`, `{…}`) that is not itself the name of a
 *   file stands for the files that match, sorted by path; hidden ones only where the pattern has the dot, and those in linked folders only
 *   where it has no `**`.
 * @throws TypeError, RangeError for arguments that are none. The call that works on the source rejects with Node's error when a file can not
 *   be opened, and with ShoalError `SHOAL_SOURCE_NO_MATCH` when nothing matches.
 * @example const lines = await pool.forChunks(textRecords('big.log'), (chunk) => countLines(chunk.view), { combine: (a, b) => a + b })
 */
export function textRecords(path: string | readonly string[] | URL, options: TextRecordsOptions = {}): Source<TextChunk> {
  const paths = (Array.isArray(path) ? path : [path]) as readonly unknown[]
  const find = paths.map((one) => {
    if (typeof one === 'string') return () => expandGlobs(one)
    if (!(one instanceof URL)) throw expectedType('path', 'a string, an array of strings or a file URL', one)
    const name = fileURLToPath(one)
    return () => [name]
  })
  checkOptions(options)
  const { delimiter = '\n' } = options
  if (typeof delimiter !== 'string') throw expectedType('delimiter', 'a string', delimiter)
  if (delimiter.length === 0) throw expectedRange('delimiter', 'a string that is not empty', delimiter)
  return new TextRecords(find, Buffer.from(delimiter, 'utf8'))
}

/** Blocks of files are powers of two between these: many enough to share out evenly, long enough that a chunk's own costs vanish. */
const LEAST_BLOCK = 1024 * 1024
const LONGEST_BLOCK = 8 * 1024 * 1024

class TextRecords implements Source<TextChunk> {
  readonly length = undefined
  readonly #find: readonly (() => string[])[]
  readonly #delimiter: Uint8Array

  /** Each of `find` gives the paths of files, when the source is opened. */
  constructor(find: readonly (() => string[])[], delimiter: Uint8Array) {
    this.#find = find
    this.#delimiter = delimiter
  }

  [openSource](options: SourceCutting): OpenedSource {
    const segments: Segment[] = []
    try {
      const paths = this.#find.flatMap((files) => files())
      const packed = packSmallest(paths)
      if (packed !== undefined) segments.push(packed.segment)
      const opened = paths.map((path, index) => {
        const data = packed?.files.get(index)
        if (data !== undefined) return { path, data }
        const segment = openInput(path)
        segments.push(segment)
        return { path, data: new DataView(segment.buffer) }
      })
      const total = opened.reduce((sum, { data }) => sum + data.byteLength, 0)
      const chunkLength = options.chunkLength ?? (options.schedule === 'static' ? undefined : defaultBlock(total))
      const files: TextFile[] = []
      let chunks = 0
      let bytes = 0
      for (const { path, data } of opened) {
        const cutting = cut(data.byteLength, { ...options, unit: 1, chunkLength })
        files.push({ path, data: data.byteLength === 0 ? undefined : data, cutting, firstChunk: chunks, firstByte: bytes })
        chunks += cutting.count
        bytes += data.byteLength
      }
      const isRoundRobin = files.some(({ cutting }) => cutting.roundRobin)
      const cutting = numbered(chunks, total, isRoundRobin)
      return {
        data: { type: 'text', delimiter: this.#delimiter, files },
        dataOf: (first, end) => ({ type: 'text', delimiter: this.#delimiter, files: filesOfChunks(files, first, end) }),
        cutting,
        total,
        files: opened.map(({ path, data: { byteLength } }) => ({ path, byteLength })),
        extentBefore: (index) => {
          const file = index < chunks ? fileOfChunk(files, index) : undefined
          return file === undefined ? total : file.firstByte + chunkStart(file.cutting, index - file.firstChunk)
        },
        middle: (index, start, end) => middleOf(fileOfChunk(files, index), this.#delimiter, start, end),
        segments,
        rangeOf: (first, end) => {
          const file = fileOfChunk(files, first)
          if (file === undefined) return { start: 0, end: 0 }
          const { cutting, firstChunk, path } = file
          return { start: chunkStart(cutting, first - firstChunk), end: chunkStart(cutting, end - firstChunk), path }
        },
        close: () => {
          for (const segment of segments) segment.close()
        },
      }
    } catch (error) {
      for (const segment of segments) segment.close()
      throw error
    }
  }
}

function defaultBlock(total: number): number {
  const block = 2 ** Math.ceil(Math.log2(Math.max(1, total / 1024)))
  return Math.min(LONGEST_BLOCK, Math.max(LEAST_BLOCK, block))
}

/** The first record start from the middle on; if that is the end, the second record's start. */
function middleOf(file: TextFile | undefined, delimiter: Uint8Array, start: number, end: number): number | undefined {
  if (file?.data === undefined) return undefined
  const starts = new RecordStarts(file.data, delimiter)
  const middle = starts.atOrAfter(Math.floor((start + end) / 2))
  if (middle > start && middle < end) return middle
  const second = starts.atOrAfter(start + 1)
  return second < end ? second : undefined
}
