import { isUtf8 } from 'node:buffer'

export const maxNameBytes = 100

const newline = 0x0a

/** What is wrong with the station name in `[start, end)`; undefined for a good one. */
export function nameProblem(bytes: Uint8Array, start: number, end: number): string | undefined {
  let bits = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    bits |= byte
    if (byte > newline) continue
    if (byte === newline) return noSemicolon
    if (byte === 0) return 'expected a station name but found a NUL byte in it'
  }
  const length = end - start
  if (length === 0) return 'expected a station name before the semicolon but found none'
  if (length > maxNameBytes) return `expected a station name of at most ${maxNameBytes} bytes but found ${length}`
  if (bits >= 0x80 && !isUtf8(bytes.subarray(start, end))) return 'expected a station name in UTF-8 but found other bytes'
  return undefined
}

/** What is wrong with the bad row that starts at `row`. */
export function rowProblem(bytes: Uint8Array, row: number): string {
  const lineEnd = bytes.indexOf(newline, row)
  const line = bytes.slice(row, lineEnd < 0 ? bytes.length : lineEnd)
  const semicolon = line.indexOf(0x3b)
  if (semicolon < 0) return noSemicolon
  const problem = nameProblem(line, 0, semicolon)
  if (problem !== undefined) return problem
  const number = Buffer.from(line.subarray(semicolon + 1)).toString('latin1')
  return `expected a temperature from -99.9 to 99.9 with one decimal but found ${JSON.stringify(number.slice(0, 40))}`
}

const noSemicolon = "expected 'station;temperature' but found a line without a semicolon"
