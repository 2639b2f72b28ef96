import * as zlib from 'node:zlib'

type Crc32 = (data: Uint8Array, seed?: number) => number

/** The CRC of zlib and PNG. Node has it from 20.15 and 22.2 on; the first 22 lack it. */
export const crc32: Crc32 = (zlib as { crc32?: Crc32 }).crc32 ?? crc32OfTable

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
  return crc
})

/** By Sarwate (1988): a table look-up a byte. */
export function crc32OfTable(data: Uint8Array, seed = 0): number {
  let crc = ~seed
  for (const byte of data) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!
  return ~crc >>> 0
}
