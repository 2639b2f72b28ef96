import { maxNameBytes, nameProblem } from './row-problem.js'
import { homeSlot, mix, nextSlot, type StationTable } from './station-table.js'

/** Bytes that `scanRows` may read beyond the start of a row: the longest row and the rest of a word. */
export const rowSpan = 112

const newline = 0x0a
const minus = 0x2d
const semicolons = 0x3b3b3b3b

/**
 * Adds the rows that start in `[0, end)` to the table. Returns where the next row starts, or the complement (`~`) of the start of the first
 * row that breaks the rules. `bytes` and `data` are the same memory and reach at least `rowSpan` bytes beyond `end`.
 *
 * Names are read as 32-bit words, and every check rides on work that has to be done anyway: what may be in a name is looked at once, when
 * it enters the table, and all that can be wrong with a number ends in one word that is zero for a good one.
 */
export function scanRows(table: StationTable, bytes: Uint8Array, data: DataView, end: number, byteOffset: number): number {
  const { slots, words, firstWord, nameBytes, min, max, sum, rows } = table
  let at = 0
  while (at < end) {
    const row = at
    let hash = 0
    let word = data.getInt32(at, true)
    let found = semicolonsIn(word)
    while (found === 0) {
      hash = mix(hash, word)
      at += 4
      if (at - row > maxNameBytes) return ~row
      word = data.getInt32(at, true)
      found = semicolonsIn(word)
    }
    found &= -found
    const lastWord = at
    const lastPart = word & ((found >>> 7) - 1)
    hash = mix(hash, lastPart)
    at += (31 - Math.clz32(found)) >>> 3
    const length = at - row

    let slot = homeSlot(hash)
    let station = slots[slot]! - 1
    for (; station >= 0; station = slots[slot]! - 1) {
      if (nameBytes[station] === length) {
        let stored = firstWord[station]!
        let read = row
        while (read < lastWord && words[stored] === data.getInt32(read, true)) {
          stored++
          read += 4
        }
        if (read === lastWord && words[stored] === lastPart) break
      }
      slot = nextSlot(slot)
    }
    if (station < 0) {
      if (nameProblem(bytes, row, at) !== undefined) return ~row
      station = table.insert(length, hash, slot, byteOffset + row)
      let stored = firstWord[station]!
      for (let read = row; read < lastWord; read += 4) words[stored++] = data.getInt32(read, true)
      words[stored] = lastPart
    }

    // Of '-', '.' and the digits, only the digits have bit 4. "d.d\n" is moved up by a byte to look like "dd.d".
    const sign = bytes[at + 1]!
    const negative = (~sign >>> 4) & 1
    const number = at + 1 + negative
    const text = data.getInt32(number, true)
    const short = (~text >>> 12) & 1
    const digits = (text << (short << 3)) ^ (0x302e3030 - short * 0x30)
    const lineEnd = number + 4 - short
    const wrong = ((digits | (digits + 0x06000606)) & 0xf0fff0f0) | (-negative & (sign ^ minus)) | (bytes[lineEnd]! ^ newline)
    if (wrong !== 0) return ~row
    const magnitude = (digits & 0xf) * 100 + ((digits >>> 8) & 0xf) * 10 + (digits >>> 24)
    const tenths = (magnitude ^ -negative) + negative

    if (tenths < min[station]!) min[station] = tenths
    if (tenths > max[station]!) max[station] = tenths
    sum[station]! += tenths
    rows[station]!++
    at = lineEnd + 1
  }
  return at
}

/** Bit 7 of every byte that is a semicolon; bytes above the first one may be marked wrongly. */
function semicolonsIn(word: number): number {
  const difference = word ^ semicolons
  return (difference - 0x01010101) & ~difference & 0x80808080
}
