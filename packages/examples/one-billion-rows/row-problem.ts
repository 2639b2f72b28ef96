import { isUtf8 } from 'node:buffer'

export const maxNameBytes = 100

/** What is wrong with a station's name in UTF-8; undefined for a good one. */
export function nameProblem(name: Uint8Array): string | undefined {
  let ascii = true
  for (const byte of name) {
    if (byte === 0) return 'expected a station name but found a NUL byte in it'
    if (byte === 0x0a) return noSemicolon
    if (byte >= 0x80) ascii = false
  }
  if (name.length === 0) return 'expected a station name before the semicolon but found none'
  if (name.length > maxNameBytes) return `expected a station name of at most ${maxNameBytes} bytes but found ${name.length}`
  if (!ascii && !isUtf8(name)) return 'expected a station name in UTF-8 but found other bytes'
  return undefined
}

/** What is wrong with the bad row that starts at `row`. */
export function rowProblem(bytes: Uint8Array, row: number): string {
  const newline = bytes.indexOf(0x0a, row)
  const line = bytes.slice(row, newline < 0 ? bytes.length : newline)
  const semicolon = line.indexOf(0x3b)
  if (semicolon < 0) return noSemicolon
  const problem = nameProblem(line.subarray(0, semicolon))
  if (problem !== undefined) return problem
  const number = Buffer.from(line.subarray(semicolon + 1)).toString('latin1')
  return `expected a temperature from -99.9 to 99.9 with one decimal but found ${JSON.stringify(number.slice(0, 40))}`
}

const noSemicolon = "expected 'station;temperature' but found a line without a semicolon"
