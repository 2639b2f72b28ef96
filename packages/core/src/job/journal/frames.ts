import { crc32 } from './crc32.js'

/**
 * Records in a file, one after the other: `[length, crc32 of the payload, payload]`, both words little-endian. Eight bytes of magic come first.
 * What a crash leaves of the last record is told by its length or its CRC.
 */
export const MAGIC = Buffer.from('SHOALJ\x00\x01', 'latin1')
const HEADER_BYTES = 8

export function frame(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength)
  bytes.writeUInt32LE(payload.byteLength, 0)
  bytes.writeUInt32LE(crc32(payload), 4)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

export interface Frames {
  readonly payloads: readonly Uint8Array[]
  /** Where the last whole record ends: what follows is torn. 0 when not even the magic is whole. */
  readonly end: number
}

/** Whether this is what is left of a journal, be it next to nothing: the beginning of one, or zeros. */
export function isJournal(bytes: Buffer): boolean {
  const head = bytes.subarray(0, MAGIC.byteLength)
  return head.equals(MAGIC.subarray(0, head.byteLength)) || head.every((byte) => byte === 0)
}

/** The records of a journal up to the first that is not whole. */
export function readFrames(bytes: Buffer): Frames {
  if (bytes.byteLength < MAGIC.byteLength || !bytes.subarray(0, MAGIC.byteLength).equals(MAGIC)) return { payloads: [], end: 0 }
  const payloads: Uint8Array[] = []
  let end = MAGIC.byteLength
  for (;;) {
    if (end + HEADER_BYTES > bytes.byteLength) break
    const length = bytes.readUInt32LE(end)
    const payload = bytes.subarray(end + HEADER_BYTES, end + HEADER_BYTES + length)
    // A run of zeros, which file systems leave behind, would be an empty record with a right CRC: there are none.
    if (length === 0 || payload.byteLength < length || crc32(payload) !== bytes.readUInt32LE(end + 4)) break
    payloads.push(payload)
    end += HEADER_BYTES + length
  }
  return { payloads, end }
}
