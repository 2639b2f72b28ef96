import type { FileHandle } from 'node:fs/promises'
import { crc32 } from './crc32.js'

/**
 * Records in a file, one after the other: `[length, crc32 of the payload, payload]`, both words little-endian. Eight bytes of magic come first.
 * What a crash leaves of the last record is told by its length or its CRC.
 */
export const MAGIC = Buffer.from('SHOALJ\x00\x01', 'latin1')
const HEADER_BYTES = 8
/** Read at once of a journal. */
const PART_BYTES = 16 * 1024 * 1024

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
  return framesFrom(bytes, MAGIC.byteLength)
}

/**
 * The same of a file, which may be longer than a buffer: part by part, each payload only as long as `take` has it.
 * @returns where the last whole record ends
 */
export async function readFramesOf(file: FileHandle, take: (payload: Uint8Array) => void, partBytes = PART_BYTES): Promise<number> {
  const { size } = await file.stat()
  let end = 0
  for (let wanted = partBytes; ; ) {
    const part = await readPart(file, end, Math.min(wanted, size - end))
    const { payloads, end: read } = end === 0 ? readFrames(part) : framesFrom(part, 0)
    for (const payload of payloads) take(payload)
    end += read
    wanted = partBytes
    if (read > 0) continue
    // Nothing whole: at the end, or torn, or longer than a part.
    if (part.byteLength < HEADER_BYTES) return end
    wanted = HEADER_BYTES + part.readUInt32LE(0)
    if (wanted <= part.byteLength || wanted > size - end) return end
  }
}

function framesFrom(bytes: Buffer, start: number): Frames {
  const payloads: Uint8Array[] = []
  let end = start
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

async function readPart(file: FileHandle, start: number, byteLength: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(byteLength)
  let at = 0
  while (at < byteLength) {
    const { bytesRead } = await file.read(part, at, byteLength - at, start + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return part.subarray(0, at)
}
