import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allocate, type Backend, fixedRecords, kernelsFrom, range, sourceFrom, textRecords } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { open } from '#internal/source/index.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

const { readWords } = kernelsFrom<typeof import('../fixtures/read-words.js')>(new URL('../fixtures/read-words.js', import.meta.url))

/** Ranges, files of fixed records, globs, and sources made out of others. */
export function ownSources(backend: Backend): void {
  const test = suite(`${backend}: range, fixedRecords, globs, sourceFrom`)
  const pools = new Pools(backend)
  const folder = temporaryFolder()
  test.after(() => pools.close())

  test('a range is worked on by its own numbers', async () => {
    const pool = await pools.of(2)
    const hits = allocate(Int32Array, 1000)
    await pool.forChunks(
      range(10, 1000, 3),
      (chunk, out) => {
        for (let i = chunk.start; i < chunk.end; i += 3) Atomics.add(out, i, 1)
      },
      { args: [hits], chunkLength: 8 },
    )
    assert.equal(
      [...hits],
      Array.from(hits, (_, i) => (i >= 10 && i % 3 === 1 ? 1 : 0)),
    )
    const down = await pool.forChunks(range(5, -5, -2), ({ start, end, length }) => [[start, end, length]], {
      chunkLength: 2,
      combine: (a, b) => [...a, ...b],
    })
    assert.equal(down, [
      [5, 1, 2],
      [1, -3, 2],
      [-3, -5, 1],
    ])
  })

  test('an error in a range names its own numbers', async () => {
    const pool = await pools.of(2)
    const error = await reasonOf(
      pool.forChunks(
        range(100, 200, 10),
        (chunk) => {
          if (chunk.start === 140) throw new Error('here')
        },
        { chunkLength: 2 },
      ),
    )
    assert.equal(error.range, { start: 140, end: 160 })
  })

  test('records of one length are read through data', async () => {
    const pool = await pools.of(3)
    const path = join(folder, 'records.bin')
    const bytes = new DataView(new ArrayBuffer(3 + 5_000 * 9))
    for (let i = 0; i < 5_000; i++) bytes.setFloat64(3 + i * 9, i, true)
    writeFileSync(path, new Uint8Array(bytes.buffer))
    const sum = await pool.forChunks(
      fixedRecords(path, { byteLength: 9, header: 3 }),
      (chunk) => {
        let total = 0
        for (let at = 0; at < chunk.data.byteLength; at += 9) total += chunk.data.getFloat64(at, true)
        return total
      },
      { chunkLength: 64, combine: (a, b) => a + b },
    )
    assert.is(sum, (5_000 * 4_999) / 2)
    writeFileSync(path, new Uint8Array(10))
    const error = await reasonOf(pool.forChunks(fixedRecords(path, { byteLength: 9, header: 3 }), () => undefined))
    assert.equal([error.code, error.path, error.byteOffset], ['SHOAL_RECORD_INVALID', path, 3])
  })

  test('wildcards are expanded when the region begins', async () => {
    const pool = await pools.of(2)
    const source = textRecords(join(folder, 'part-*.txt'))
    assert.is((await reasonOf(pool.forChunks(source, () => undefined))).code, 'SHOAL_SOURCE_NO_MATCH')
    for (const part of [2, 10, 1]) writeFileSync(join(folder, `part-${part}.txt`), `${part}\n${part}\n`)
    const lines = await pool.forChunks(source, (chunk) => [...chunk.lines()], { combine: (a, b) => [...a, ...b] })
    assert.equal(lines, ['1', '1', '10', '10', '2', '2'])
  })

  test('a source of one’s own reads in the worker what its kernel gets', async () => {
    const pool = await pools.of(2)
    const weights = allocate(Float64Array, 100).fill(2)
    const squares = sourceFrom(
      100,
      (chunk, all) => ({ values: Array.from({ length: chunk.length }, (_, i) => (chunk.start + i) * all[chunk.start + i]!) }),
      { args: [weights] },
    )
    assert.is(squares.length, 100)
    const total = await pool.forChunks(squares, (chunk) => chunk.values.reduce((a, b) => a + b, 0), {
      chunkLength: 7,
      combine: (a, b) => a + b,
    })
    assert.is(total, 2 * 4950)
    const folded = await pool.foldChunks(squares, (acc, chunk) => acc + chunk.end - chunk.start + chunk.values.length, {
      init: () => 0,
      combine: (a, b) => a + b,
    })
    assert.is(folded, 200)
  })

  test('it may be made out of files and of other such sources, by functions of modules', async () => {
    const pool = await pools.of(2)
    const path = join(folder, 'words.txt')
    writeFileSync(path, 'one two\nthree\nfour five six\n'.repeat(200))
    const words = sourceFrom(textRecords(path), readWords, { args: [' '] })
    const long = sourceFrom(words, (chunk) => ({ long: chunk.words.filter((word) => word.length > 3) }))
    assert.is(await pool.forChunks(words, (chunk) => chunk.words.length, { chunkLength: 100, combine: (a, b) => a + b }), 1_200)
    assert.is(await pool.forChunks(long, (chunk) => chunk.long.length, { chunkLength: 100, combine: (a, b) => a + b }), 600)
  })

  test('what read throws is an error of its chunk; an async one, and one without a result, are refused', async () => {
    const pool = await pools.of(2)
    const broken = sourceFrom(range(50), (chunk): { ok: true } => {
      if (chunk.start === 20) throw new RangeError('unreadable')
      return { ok: true }
    })
    const error = await reasonOf(pool.forChunks(broken, () => undefined, { chunkLength: 10 }))
    assert.equal([error.name, error.message, error.range], ['RangeError', 'unreadable', { start: 20, end: 30 }])
    const later = sourceFrom(10, async () => ({}))
    assert.is((await reasonOf(pool.forChunks(later, () => undefined))).code, 'SHOAL_KERNEL_ASYNC')
    const nothing = sourceFrom(10, (() => undefined) as unknown as () => object)
    assert.match((await reasonOf(pool.forChunks(nothing, () => undefined))).message, /returns an object for read/)
    assert.throws(() => sourceFrom(10, 'read' as never), TypeError)
    assert.throws(() => sourceFrom(10, () => ({}), { args: 1 as never }), TypeError)
  })

  test('a call that is refused leaves none of its files mapped', async () => {
    const pool = await pools.of(2)
    const path = join(folder, 'refused.txt')
    writeFileSync(path, 'one\ntwo\n')
    const mapped = (): boolean => readFileSync('/proc/self/maps', 'utf8').includes(path)
    const opened = open(textRecords(path), { width: 1 })
    assert.ok(mapped())
    opened.close()

    const native = sourceFrom(textRecords(path), Math.max as unknown as () => object)
    assert.is((await reasonOf(pool.forChunks(native, () => undefined))).code, 'SHOAL_KERNEL_NO_SOURCE')
    await reasonOf(pool.forChunks(textRecords(path), () => undefined, { args: [() => 1] as never }))
    const task = pool.run(() => new Promise<void>((resolve) => setTimeout(resolve, 50)))
    assert.throws(() => pool.spmdSync(() => 1), /outstanding/)
    assert.throws(() => pool.forChunksSync(textRecords(path), () => undefined, { args: [() => 1] as never }))
    await task
    assert.not(mapped())
  })

  test.run()
}
