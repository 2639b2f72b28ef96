import type { Cutting } from '../schedule/index.js'

/** One of the text files of a source, and which of its chunks are cut out of it. */
export interface TextFile {
  readonly path: string
  /** The whole file, which may be too long for one typed array; undefined for an empty file: there is nothing to map. */
  readonly data: DataView<SharedArrayBuffer> | undefined
  readonly cutting: Cutting
  /** Index of the file's first chunk among all chunks of the source. */
  readonly firstChunk: number
  /** How many bytes the files before it have. */
  readonly firstByte: number
}

/** What readers of text have to know. */
export interface TextSourceData {
  readonly type: 'text'
  readonly delimiter: Uint8Array
  readonly files: readonly TextFile[]
}

/** Those that have any of the chunks `[first, end)`; the first where no file has one. */
export function filesOfChunks(files: readonly TextFile[], first: number, end: number): readonly TextFile[] {
  const place = placeOfChunk(files, first)
  return place < files.length ? files.slice(place, placeOfChunk(files, end - 1) + 1) : files.slice(0, 1)
}

export function fileOfChunk(files: readonly TextFile[], index: number): TextFile | undefined {
  return files[placeOfChunk(files, index)] ?? files[0]
}

function placeOfChunk(files: readonly TextFile[], index: number): number {
  let low = 0
  let high = files.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const file = files[middle]!
    if (file.firstChunk + file.cutting.count <= index) low = middle + 1
    else high = middle
  }
  return low
}
