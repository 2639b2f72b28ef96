import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { crc32, crc32OfTable } from '#internal/job/journal/crc32.js'
import { frame, MAGIC, readFrames, readFramesOf } from '#internal/job/journal/frames.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const test = suite('frames of a journal')

const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 })

function journalOf(records: readonly Uint8Array[]): Buffer {
  return Buffer.concat([MAGIC, ...records.map(frame)])
}

test('cut off at any byte, are those that are whole, and their end', () => {
  fc.assert(
    fc.property(payloads, fc.nat(), (records, seed) => {
      const bytes = journalOf(records)
      const cut = seed % (bytes.byteLength + 1)
      const { payloads: found, end } = readFrames(bytes.subarray(0, cut))
      const ends = records.map((_, index) => journalOf(records.slice(0, index + 1)).byteLength)
      const whole = ends.filter((at) => at <= cut).length
      assert.equal(found.map(Buffer.from), records.slice(0, whole).map(Buffer.from))
      assert.is(end, cut < MAGIC.byteLength ? 0 : (ends[whole - 1] ?? MAGIC.byteLength))
    }),
  )
})

test('are the same where a file is read part by part, whatever the parts', async () => {
  const path = join(temporaryFolder(), 'journal')
  await fc.assert(
    fc.asyncProperty(payloads, fc.nat(), fc.nat(), fc.integer({ min: 9, max: 99 }), async (records, seed, garbage, partBytes) => {
      const bytes = journalOf(records)
      const cut = seed % (bytes.byteLength + 1)
      const torn = Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(garbage % 30, garbage)])
      await writeFile(path, torn)
      const file = await open(path)
      try {
        const found: Uint8Array[] = []
        const end = await readFramesOf(file, (payload) => found.push(Buffer.from(payload)), partBytes)
        assert.equal({ payloads: found, end }, { ...readFrames(torn), payloads: readFrames(torn).payloads.map(Buffer.from) })
      } finally {
        await file.close()
      }
    }),
    { numRuns: 300 },
  )
})

test('end before a byte that has changed', () => {
  fc.assert(
    fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, seed, change) => {
      const bytes = journalOf(records)
      const at = seed % bytes.byteLength
      bytes[at]! ^= change
      const { end } = readFrames(bytes)
      assert.ok(end <= at)
    }),
  )
})

test('end before zeros, which file systems leave behind', () => {
  const bytes = journalOf([Buffer.from('a')])
  assert.is(readFrames(Buffer.concat([bytes, Buffer.alloc(64)])).end, bytes.byteLength)
})

test('have the CRC of zlib, also where Node lacks it', () => {
  assert.is(crc32OfTable(Buffer.from('123456789')), 0xcbf4_3926)
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.is(crc32OfTable(bytes), crc32(bytes))))
})

test.run()
