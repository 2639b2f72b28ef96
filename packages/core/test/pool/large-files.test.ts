import { closeSync, ftruncateSync, openSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, createPool, fixedRecords, type Pool, textRecords } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import { reasonOf } from './support/reason-of.js'

watchdog()
const GIB = 2 ** 30
/** Holes of a file in memory become memory when they are read. */
const TMPFS = 0x0102_1994
/** Far beyond 4 GiB, where a typed array of Node 20 ends; sparse. `SHOAL_TEST_LARGE_FILES=1` reads every byte of it. */
const readsAll = process.env.SHOAL_TEST_LARGE_FILES === '1'
const sizeGib = 20
const places = [0, 1, 4, 5, 8, 19]

const test = suite(`sparse files of ${sizeGib} GiB`)
const path = join(temporaryFolder(), 'sparse')
const STRIDE = 64 * 2 ** 20

/** Holes, a line feed before each multiple of the stride, and words after some of them. */
function writeSparse(): void {
  const fd = openSync(path, 'w')
  ftruncateSync(fd, sizeGib * GIB)
  for (let at = STRIDE; at <= sizeGib * GIB; at += STRIDE) writeSync(fd, '\n', at - 1)
  for (const gib of places) writeSync(fd, `word ${gib}\n`, gib * GIB)
  closeSync(fd)
}

const isInMemory = statfsSync(tmpdir()).type === TMPFS

for (const backend of ['threads', 'processes'] as const satisfies readonly Backend[]) {
  const on = (name: string, body: (pool: Pool) => Promise<void>): void => {
    const run = async (): Promise<void> => {
      const pool = await createPool({ workers: 2, backend })
      try {
        await body(pool)
      } finally {
        await pool.close()
      }
    }
    if (isInMemory) test.skip(`${backend}: ${name}`, run)
    else test(`${backend}: ${name}`, run)
  }

  on('textRecords gives the words beyond 4 GiB', async (pool) => {
    const found = await pool.forChunks(
      textRecords(path),
      (chunk, all) => {
        const { view, start } = chunk
        const words: [number, string][] = []
        let records = 0
        if (all) for (const _ of chunk.records()) records++
        for (let at = 0; at < view.length; at += 64 * 2 ** 20) {
          if (view[at] === 119)
            words.push([
              start + at,
              Buffer.from(view.slice(at, at + 7))
                .toString()
                .split('\n')[0]!,
            ])
        }
        return { words, records }
      },
      {
        chunkLength: STRIDE,
        args: [readsAll],
        combine: (a, b) => ({ words: [...a.words, ...b.words], records: a.records + b.records }),
      },
    )
    assert.equal(
      found.words,
      places.map((gib) => [gib * GIB, `word ${gib}`]),
    )
    if (readsAll) assert.is(found.records, (sizeGib * GIB) / STRIDE + places.length)
  })

  on('fixedRecords gives the bytes beyond 4 GiB', async (pool) => {
    const found = await pool.forChunks(
      fixedRecords(path, { byteLength: STRIDE }),
      (chunk) => {
        const numbers: number[] = []
        for (let i = 0; i < chunk.length; i++) if (chunk.data.getUint8(i * 64 * 2 ** 20) === 119) numbers.push((chunk.start + i) / 16)
        return numbers
      },
      { combine: (a, b) => [...a, ...b] },
    )
    assert.equal(found, places)
  })

  on('the whole of it as one view is a RangeError where Node has no such view', async (pool) => {
    const first = pool.forChunks(fixedRecords(path, { byteLength: STRIDE }), (chunk) => (chunk.index === 0 ? chunk.source.length : 0), {
      combine: (a, b) => a + b,
    })
    if (!process.version.startsWith('v20.')) return assert.is(await first, sizeGib * GIB)
    assert.match(String(await reasonOf(first)), /^RangeError: Expected at most 4294967296 .* Node 22/s)
  })
}

if (!isInMemory) writeSparse()
test.run()
