import { RecordError, type TextChunk } from '@shoal/core'
import { rowProblem } from './row-problem.js'
import { rowSpan, scanRows } from './scan-rows.js'
import { type Stations, StationTable } from './station-table.js'

const table = new StationTable()
const tail = new Uint8Array(2 * rowSpan)
const tailData = new DataView(tail.buffer)

/** The chunk kernel: the statistics of the chunk's rows. Throws for the first row that breaks the challenge's rules. */
export function aggregateChunk(chunk: TextChunk): Stations {
  table.clear()
  const bytes = chunk.view
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let stop = scanRows(table, bytes, data, bytes.length - rowSpan, chunk.start)
  if (stop >= 0) stop = scanTail(bytes, stop, chunk.start)
  if (stop < 0) throw new RecordError(rowProblem(bytes, ~stop), { path: chunk.path, byteOffset: chunk.start + ~stop })
  return table.snapshot()
}

/** The last rows, where a word read could leave the chunk: done on a copy, with the line end that the file's last line may lack. */
function scanTail(bytes: Uint8Array, from: number, byteOffset: number): number {
  const length = bytes.length - from
  if (length === 0) return from
  tail.fill(0)
  tail.set(bytes.subarray(from))
  const complete = tail[length - 1] === 0x0a
  if (!complete) tail[length] = 0x0a
  const stop = scanRows(table, tail, tailData, length, byteOffset + from)
  return stop < 0 ? ~(from + ~stop) : from + stop
}
