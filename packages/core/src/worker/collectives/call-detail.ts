import { segmentOf, type TypedArray } from '../../memory/index.js'
import { Seat } from '../../protocol/index.js'

/** What else the ranks have to agree on in one call: options, and which memory the views are. Both in words, for who reads an error. */
export interface CallDetail {
  readonly options: string
  readonly views: string
}

const TEXT_BYTES = 60
const SEPARATOR = '; '

/** Publishes it in a line: all of it as a hash, which is compared, and as much as fits of the text, which is read when there is something to tell. */
export function writeDetail(words: Int32Array, line: number, { options, views }: CallDetail): void {
  const text = options + SEPARATOR + views
  const bytes = new Uint8Array(words.buffer, (line + Seat.detailText) * 4, TEXT_BYTES)
  const length = Math.min(text.length, TEXT_BYTES)
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i)
  words[line + Seat.detailLength] = length
  words[line + Seat.detail] = hashOf(text)
}

export function readDetail(words: Int32Array, line: number): CallDetail {
  if (words[line + Seat.detail] === 0) return { options: '', views: '' }
  const bytes = new Uint8Array(words.buffer, (line + Seat.detailText) * 4, words[line + Seat.detailLength]!)
  const [options = '', views = ''] = String.fromCharCode(...bytes).split(SEPARATOR)
  return { options, views }
}

/**
 * Where a view lies, the same on every rank that has the same view. Memory that each rank may have opened by itself, a file, has no name that all
 * ranks know.
 */
export function describePlace(view: TypedArray): string {
  const segment = segmentOf(view)
  const memory = segment?.kind === 'anonymous' ? `memory ${(hashOf(segment.id) >>> 0).toString(36)}` : 'memory'
  return `${memory} + ${view.byteOffset}`
}

/** Never 0, which stands for nothing. */
export function hashOf(text: string): number {
  let hash = 1
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash || 1
}
