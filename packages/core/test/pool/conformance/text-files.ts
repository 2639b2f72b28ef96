import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Backend, type Pool, type RegionOptions, textRecords } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

const contents: Record<string, string> = {
  'plain lines': Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`).join(''),
  'no final line feed': 'a\nbb\nccc',
  'one line': 'only\n',
  'one line feed': '\n',
  nothing: '',
  'empty lines': '\n\na\n\n\nb\n\n',
  'one huge line': `${'x'.repeat(300_000)}\n`,
  'a huge line among short ones': `a\nb\n${'y'.repeat(200_000)}\nc\n`,
  'multi-byte text': 'Zürich;1\n東京;2\n😀😀;3\n'.repeat(500),
  'carriage returns': 'a\r\nb\r\nc',
}

function recordsOf(text: string, delimiter = '\n'): string[] {
  const records = text.split(delimiter)
  if (records.at(-1) === '') records.pop()
  return records
}

export function textFiles(backend: Backend): void {
  const test = suite(`${backend}: textRecords`)
  const pools = new Pools(backend)
  const folder = temporaryFolder()
  let files = 0
  test.after(() => pools.close())

  function fileOf(text: string): string {
    const path = join(folder, `${files++}.txt`)
    writeFileSync(path, text)
    return path
  }

  /** By lines() and by records(), which must agree. */
  async function read(pool: Pool, source: ReturnType<typeof textRecords>, options: RegionOptions): Promise<string[]> {
    return pool.forChunks(
      source,
      (chunk) => {
        const lines = [...chunk.lines()]
        const records = [...chunk.records()].map((record) => Buffer.from(record).toString('utf8'))
        if (lines.join('\0') !== records.join('\0')) throw new Error('lines() and records() disagree')
        return lines
      },
      { ...options, combine: (a, b) => a.concat(b) },
    )
  }

  test('of more files than can well be mapped, every record of each', async () => {
    const many = join(folder, 'many')
    mkdirSync(many)
    const lines: string[] = []
    for (let index = 10_000; index < 15_000; index++) {
      const own = index % 3 === 0 ? [] : Array.from({ length: (index % 7) + 1 }, (_, line) => `${index}: ${line}`)
      writeFileSync(join(many, String(index)), own.join('\n'))
      lines.push(...own)
    }
    const pool = await pools.of(2)
    assert.equal(await read(pool, textRecords(`${many}/*`), { chunkLength: 8 }), lines)
  })

  for (const [what, text] of Object.entries(contents)) {
    test(`${what}: every record once, in order, wherever the cuts fall`, async () => {
      const source = textRecords(fileOf(text))
      for (const workers of [1, 3]) {
        const pool = await pools.of(workers)
        for (const options of [
          {},
          { schedule: 'static' },
          { chunkLength: 1_000 },
          { chunkLength: Math.max(7, Math.ceil(text.length / 500)), schedule: 'guided' },
        ] as const) {
          assert.equal(await read(pool, source, options), recordsOf(text))
        }
      }
    })
  }

  test('chunks of one byte are enough to find every record', async () => {
    const text = 'one\ntwo\n\nthree\nü\nlast'
    assert.equal(await read(await pools.of(2), textRecords(fileOf(text)), { chunkLength: 1 }), recordsOf(text))
  })

  test('a delimiter may be several bytes long', async () => {
    const pool = await pools.of(2)
    for (const delimiter of ['\r\n', '--', '§', '<end>']) {
      const text = Array.from({ length: 300 }, (_, index) => `record-${index}\n${delimiter}`).join('')
      for (const chunkLength of [1, 5, 64])
        assert.equal(await read(pool, textRecords(fileOf(text), { delimiter }), { chunkLength }), recordsOf(text, delimiter))
    }
  })

  test('several files follow each other, and no record spans two', async () => {
    const pool = await pools.of(2)
    const texts = ['a\nb', '', 'c\n', '\n', 'd\ne\nf']
    const paths = texts.map(fileOf)
    for (const chunkLength of [1, 2, 100]) {
      const read = await pool.forChunks(textRecords(paths), (chunk) => [...chunk.lines()].map((line) => [chunk.path, line] as const), {
        chunkLength,
        combine: (a, b) => a.concat(b),
      })
      assert.equal(
        read,
        texts.flatMap((text, index) => recordsOf(text).map((line) => [paths[index], line])),
      )
    }
  })

  test('start and end are byte offsets in the file, and the views tile it', async () => {
    const text = contents['multi-byte text']!
    const pool = await pools.of(2)
    const parts = await pool.forChunks(textRecords(pathToFileURL(fileOf(text))), (chunk) => [[chunk.start, chunk.end, chunk.view.length]], {
      chunkLength: 500,
      combine: (a, b) => [...a, ...b],
    })
    let at = 0
    for (const [start, end, length] of parts as [number, number, number][]) {
      assert.equal([start, end - start], [at, length])
      at = end
    }
    assert.is(at, Buffer.byteLength(text))
  })

  test('an empty file folds to what init makes', async () => {
    const pool = await pools.of(2)
    const count = await pool.foldChunks(textRecords(fileOf('')), (acc, chunk) => acc + [...chunk.lines()].length, {
      init: () => 0,
      combine: (a, b) => a + b,
    })
    assert.is(count, 0)
  })

  test('a missing file and a folder are errors, and nothing stays open', async () => {
    const pool = await pools.of(2)
    const missing = await reasonOf(pool.forChunks(textRecords([fileOf('a\n'), join(folder, 'missing')]), () => undefined))
    assert.match(missing.message, /missing/)
    assert.ok(typeof missing.code === 'string')
    await reasonOf(pool.forChunks(textRecords(folder), () => undefined))
    assert.is(await pool.forChunks(textRecords(fileOf('a\n')), (chunk) => chunk.length, { combine: (a, b) => a + b }), 2)
  })

  test('an error in a record names the file', async () => {
    const pool = await pools.of(2)
    const path = fileOf('1\n2\nx\n4\n')
    const error = await reasonOf(
      pool.forChunks(
        textRecords(path),
        (chunk) => {
          for (const line of chunk.lines()) if (!/^\d+$/.test(line)) throw new Error(`no number: ${line}`)
        },
        { chunkLength: 2 },
      ),
    )
    assert.is(error.message, 'no number: x')
    assert.is((error.range as { path: string }).path, path)
  })

  test.run()
}
