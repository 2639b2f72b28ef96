import { expectedRange, expectedType } from '../errors/index.js'
import { checkOpen, Segment, segmentOf, type TypedArray } from '../memory/index.js'
import { type Cutting, type CuttingOptions, chunkStart, cut } from '../schedule/index.js'
import type { SourceData } from './reader.js'
import type { ChunkRead } from './source-from.js'

export type SourceCutting = CuttingOptions

/** A source that is ready to be worked on: what travels, how it is cut, and what to let go of afterwards. */
export interface OpenedSource {
  readonly data: SourceData
  /** What of it the chunks `[first, end)` need, where that is less: it travels with each window. */
  dataOf?(first: number, end: number): SourceData
  readonly cutting: Cutting
  /** The sum of all extents: what progress counts. */
  readonly total: number
  /** What the chunks `[first, end)` cover, for error messages: elements of the source, or bytes of the file that `first` is in. */
  rangeOf(first: number, end: number): IndexRange
  /** How much of the source lies before chunk `index`. */
  extentBefore(index: number): number
  /**
   * Cuts part `[start, end)` of chunk `index` in two where that can be done, in the middle as nearly as may be; undefined for a part that can
   * not be cut any more: one record, or one unit.
   */
  middle(index: number, start: number, end: number): number | undefined
  /** The files that it is read from, in order. */
  readonly files: readonly InputFile[]
  /** What is to be called on each chunk, in this order. */
  readonly reads?: readonly ChunkRead[]
  /** The segments that were opened for this source alone. */
  readonly segments: readonly Segment[]
  close(): void
}

export interface InputFile {
  readonly path: string
  readonly byteLength: number
}

/** The method that makes an object a source. */
export const openSource: unique symbol = Symbol('shoal.openSource')

interface Openable {
  [openSource](options: SourceCutting): OpenedSource
}

export interface IndexRange {
  readonly start: number
  readonly end: number
  readonly path?: string
}

const nothing = (): void => {}

/** Opens whatever can be cut: a shared view, a length, a segment, or a source object. */
export function open(source: unknown, options: SourceCutting): OpenedSource {
  if (typeof source === 'number') {
    if (!Number.isSafeInteger(source) || source < 0) throw expectedRange('source', 'a length that is a non-negative integer', source)
    return opened({ type: 'length' }, source, options)
  }
  if (ArrayBuffer.isView(source)) {
    checkOpen('source', source)
    if (source instanceof DataView || segmentOf(source as TypedArray) === undefined) {
      throw expectedType('source', 'a view over shared memory (make one with allocate() or share())', source)
    }
    const view = source as TypedArray<SharedArrayBuffer>
    return opened({ type: 'view', source: view }, view.length, options)
  }
  if (source instanceof Segment) return opened({ type: 'view', source: new DataView(source.buffer) }, source.byteLength, options)
  if (typeof source === 'object' && source !== null && openSource in source) return (source as Openable)[openSource](options)
  throw expectedType('source', 'a shared view, a length, a Segment or a source such as textRecords()', source)
}

function opened(data: SourceData, length: number, options: SourceCutting): OpenedSource {
  const cutting = cut(length, options)
  const rangeOf = (first: number, end: number): IndexRange => ({ start: chunkStart(cutting, first), end: chunkStart(cutting, end) })
  return { data, cutting, total: length, rangeOf, ...cutsOf(cutting), files: [], segments: [], close: nothing }
}

/** Of a source whose chunks are made of elements; `step` is how far apart they are in what chunks call their start and end. */
export function cutsOf(cutting: Cutting, step = 1): Pick<OpenedSource, 'extentBefore' | 'middle'> {
  const unit = cutting.unit * step
  return {
    extentBefore: (index) => chunkStart(cutting, index),
    middle(_, start, end) {
      const half = Math.floor(Math.ceil((end - start) / unit) / 2) * unit
      return half === 0 ? undefined : start + half
    },
  }
}
